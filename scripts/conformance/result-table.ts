import type { IdentityResult } from './schemathesis.ts';

/** What was found, and below it a line for each identity. */
export function resultTable(results: readonly IdentityResult[]): string {
  const found = results.flatMap(({ identity, failures, errors, operations, log }) => [
    ...[...failures, ...errors].flatMap(({ title, count, operations: where }) => [
      `${identity}: ${title}, ${count} times`,
      ...where.map((operation) => `  ${operation}`),
    ]),
    ...(failures.length + errors.length > 0 ? [`  each with its request in ${log}`] : []),
    ...operations.notAsked.map((operation) => `${identity}: ${operation} was not asked`),
  ]);
  const row = (...cells: (string | number)[]) =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(12) : String(cell).padStart(11))).join(' ');
  return [
    ...found,
    row('identity', 'operations', 'cases', 'failures'),
    ...results.map(({ identity, operations, cases, failures, errors }) =>
      row(
        identity,
        `${operations.asked}/${operations.total}`,
        cases,
        [...failures, ...errors].reduce((sum, { count }) => sum + count, 0),
      ),
    ),
  ].join('\n');
}
