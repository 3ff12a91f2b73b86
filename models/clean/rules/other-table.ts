import type { CleaningRule, RowRefusal } from './rule.ts';

export const otherTable: CleaningRule = {
  code: 'other-table',
  kind: 'refuse',
  appliesTo: 'all',
  title: { en: 'Row of another table', fr: "Ligne d'un autre tableau" },
  meaning:
    'The row stands under the header of a table of another kind: server metrics in a run log, or runs in metrics.',
  example: 'host;metric;ts;value in the middle of a run log',
  whatIsDone: 'The row goes to quarantine. A further table of the same kind is read by its own header.',
};

export function refuseOtherTable(expected: string, header: readonly string[]): RowRefusal {
  const names = header.slice(0, 10).map((name) => JSON.stringify(name.slice(0, 40)));
  return {
    code: otherTable.code,
    detail: `expected a row of ${expected}, found one under the header ${names.join(', ')}`,
  };
}
