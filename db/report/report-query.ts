import type { ReportParameters } from '../../models/report/report-parameters.ts';

/**
 * A figure of the report as one statement. It is written for psql: what is asked for stands as `:'name'`, so what the
 * annex shows can be run as it is.
 */
export interface ReportQuery {
  /** Names the figure in the annex, the files and the notebook. */
  id: string;
  title: { en: string; fr: string };
  sql: string;
}

const NAMES = ['from', 'to', 'before', 'as_of', 'zone', 'unit'] as const satisfies (keyof ReportParameters)[];

/** A statement with `$1` for what it asks first, and the values in that order. */
export function bindParameters(
  sql: string,
  parameters: ReportParameters,
): { text: string; values: string[] } {
  const used: (keyof ReportParameters)[] = [];
  const text = sql.replace(/:'(\w+)'/g, (_found, name: string) => {
    const known = NAMES.find((one) => one === name);
    if (known === undefined)
      throw new RangeError(`report query: expected ${NAMES.join(', ')}, found ${name}`);
    if (!used.includes(known)) used.push(known);
    return `$${used.indexOf(known) + 1}`;
  });
  return { text, values: used.map((name) => parameters[name]) };
}
