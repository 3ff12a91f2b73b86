/** What the embedded servers are reached by, in the words of config.ts, and where that is kept. */
import path from 'node:path';
import type { Settings } from '../config.ts';
import type { Credentials } from './credentials.ts';
import type { ConnectionKey } from './given-settings.ts';
import { ensureModelKey } from './model-key.ts';
import type { Ports } from './ports.ts';
import { postgresUrls } from './postgres-roles.ts';
import { writePrivateJson } from './private-files.ts';

/** Absent keys are the user's own (or belong to parts that are not started). */
export type Connections = Partial<
  Pick<
    Settings,
    | 'databaseUrl'
    | 'temporalAddress'
    | 'temporalUiUrl'
    | 'objectStoreUrl'
    | 'objectStoreAccessKey'
    | 'objectStoreSecretKey'
    | 'smtpUrl'
    | 'mailboxFolder'
    | 'apiHost'
    | 'apiPort'
    | 'pingKey'
    | 'linkKey'
    | 'modelSigningKeyFile'
  >
>;

/** The connections of the parts the stack runs itself; `databaseUrl` is the writer's. */
export function connectionsOf(
  home: string,
  ports: Ports,
  credentials: Credentials,
  given: ReadonlySet<ConnectionKey>,
): Connections {
  const loopback = (port: number) => `http://127.0.0.1:${port}`;
  return {
    ...(given.has('databaseUrl') ? {} : { databaseUrl: postgresUrls(credentials, ports.postgres).writerUrl }),
    ...(given.has('temporalAddress')
      ? {}
      : { temporalAddress: `127.0.0.1:${ports.temporal}`, temporalUiUrl: loopback(ports.temporalUi) }),
    ...(given.has('objectStoreUrl')
      ? {}
      : {
          objectStoreUrl: loopback(ports.objectStore),
          objectStoreAccessKey: credentials.objectStoreAccessKey,
          objectStoreSecretKey: credentials.objectStoreSecretKey,
        }),
    ...(given.has('smtpUrl')
      ? {}
      : { smtpUrl: `smtp://127.0.0.1:${ports.smtp}`, mailboxFolder: path.join(home, 'mailbox') }),
    ...(given.has('apiHost') ? {} : { apiHost: '127.0.0.1' }),
    ...(given.has('apiPort') ? {} : { apiPort: ports.api }),
    ...(given.has('pingKey') ? {} : { pingKey: credentials.pingKey }),
    ...(given.has('linkKey') ? {} : { linkKey: credentials.linkKey }),
    ...(given.has('modelSigningKeyFile') ? {} : { modelSigningKeyFile: ensureModelKey(home) }),
  };
}

/** Kept after a stop, so that commands can say that nothing runs instead of that nothing is known. */
export const writeConnections = (home: string, connections: Connections): void =>
  writePrivateJson(path.join(home, 'connections.json'), connections);
