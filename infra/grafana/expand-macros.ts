/**
 * Expands SQL as Grafana does before its PostgreSQL data source runs it: first the variables, which the browser puts
 * in, then the macros. Only what our dashboards use; anything else is an error, so that a test finds it.
 */
export interface ExpandInput {
  /** Epoch milliseconds. */
  fromMs: number;
  toMs: number;
  /** Of `$__interval`, milliseconds. */
  intervalMs: number;
  /** The values chosen of each variable. */
  variables: Readonly<Record<string, readonly string[]>>;
}

/** SQL asks for a variable or macro that is not known. */
export class UnknownInSql extends Error {
  override name = 'UnknownInSql';
}

/**
 * The SQL that reaches PostgreSQL.
 *
 * @throws UnknownInSql for a variable without a value, and for a macro that is not expanded here.
 */
export function expandMacros(sql: string, input: ExpandInput): string {
  const { fromMs, toMs, intervalMs, variables } = input;
  const text = (ms: number) => `'${new Date(ms).toISOString()}'`;
  const intervalOf = (argument: string | undefined): number => {
    if (argument === undefined) throw new UnknownInSql('$__timeGroup without an interval');
    return secondsOf(argument.replaceAll("'", ''));
  };
  const macros: Record<string, (args: string[]) => string> = {
    __timeFilter: ([column]) => `${column} BETWEEN ${text(fromMs)} AND ${text(toMs)}`,
    __timeFrom: () => text(fromMs),
    __timeTo: () => text(toMs),
    __timeGroup: ([column, interval]) =>
      `floor(extract(epoch from ${column})/${intervalOf(interval)})*${intervalOf(interval)}`,
    __timeGroupAlias: (args) => `${macros.__timeGroup!(args)} AS "time"`,
  };
  return sql
    .replace(/\$\{(\w+):sqlstring\}/g, (_, name: string) => {
      const values = variables[name];
      if (values === undefined) throw new UnknownInSql(`variable ${name} has no value`);
      return values.map((value) => `'${value.replaceAll("'", "''")}'`).join(',');
    })
    .replaceAll('$__interval_ms', String(intervalMs))
    .replaceAll('$__interval', `${intervalMs}ms`)
    .replace(/\$(\w+)(?:\(([^)]*)\))?|\$\{[^}]*\}/g, (found, name?: string, args?: string) => {
      const macro = name === undefined || args === undefined ? undefined : macros[name];
      if (macro === undefined) throw new UnknownInSql(`${found} is not known here`);
      return macro(args!.split(',').map((arg) => arg.trim()));
    });
}

const UNITS_S = { ms: 0.001, s: 1, m: 60, h: 3_600, d: 86_400 } as const;

/** `15m`, `500ms` → seconds. */
function secondsOf(interval: string): number {
  const [, count, unit] = /^(\d+)(ms|s|m|h|d)$/.exec(interval) ?? [];
  if (unit === undefined) throw new UnknownInSql(`${interval} is no interval`);
  return Number(count) * UNITS_S[unit as keyof typeof UNITS_S];
}

/**
 * The step of time that Grafana chooses for a panel: the time shown in at most so many points, rounded to a usual
 * step, and not below the panel's own.
 */
export function intervalMsFor(
  fromMs: number,
  toMs: number,
  shortest: string | undefined,
  points = 800,
): number {
  const least = shortest === undefined ? 1_000 : secondsOf(shortest) * 1000;
  const wanted = Math.max(least, (toMs - fromMs) / points);
  return STEPS_MS.find((step) => step >= wanted) ?? STEPS_MS.at(-1)!;
}

const STEPS_MS = [
  1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1_200, 1_800, 3_600, 7_200, 10_800, 21_600, 43_200,
]
  .concat([86_400, 604_800])
  .map((seconds) => seconds * 1000);
