/**
 * The environment that children get. Settings are read by config.ts alone; this only hands the environment on,
 * with the connections of the embedded servers added.
 */

/** `databaseUrl` → `SMART_ETL_DATABASE_URL`, as config.ts reads it. */
export const variableOf = (key: string): string =>
  `SMART_ETL_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Ours plus `extra`. */
export const childEnvironment = (extra: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...process.env,
  ...extra,
});

/** Ours without any `SMART_ETL_` variable: servers of others have no business with our secrets. */
export const serverEnvironment = (extra: Record<string, string> = {}): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SMART_ETL_'))),
  ...extra,
});
