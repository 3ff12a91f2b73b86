/** Which connections the user set up: for those the stack starts no server of its own. */
import path from 'node:path';
import { childEnvironment, variableOf } from './environment.ts';
import { readPrivateJson } from './private-files.ts';

const CONNECTION_KEYS = [
  'databaseUrl',
  'temporalAddress',
  'temporalUiUrl',
  'temporalPayloadKeysFile',
  'objectStoreUrl',
  'smtpUrl',
  'apiHost',
  'apiPort',
  'pingKey',
  'linkKey',
  'modelSigningKeyFile',
] as const;

export type ConnectionKey = (typeof CONNECTION_KEYS)[number];

/** Keys set in `smart-etl.json` or the environment; those `up` itself wrote into `connections.json` do not count. */
export function givenConnections(home: string): Set<ConnectionKey> {
  const env = childEnvironment();
  const file = env.SMART_ETL_CONFIG ?? path.join(home, 'smart-etl.json');
  const inFile = readPrivateJson<Record<string, unknown>>(file) ?? {};
  return new Set(
    CONNECTION_KEYS.filter((key) => {
      const variable = variableOf(key);
      return key in inFile || env[variable] !== undefined || env[`${variable}_FILE`] !== undefined;
    }),
  );
}
