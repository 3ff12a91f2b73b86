import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Connection } from '@temporalio/client';
import { type Config, loadConfig, secretFiles, secretsInEnvironment } from '../../config.ts';
import { loginExists } from '../../db/access/door.ts';
import { readRoleFacts, readServerFacts } from '../../db/access/safety-facts.ts';
import { createPool } from '../../db/pool.ts';
import { isThisMachine, type SafetyFinding, unsafe } from '../../models/safety/safety-finding.ts';
import { unsafeDatabase } from '../../models/safety/unsafe-database.ts';
import { unsafeSettings } from '../../models/safety/unsafe-settings.ts';
import { publicBuckets } from '../../services/public-buckets.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** Docker puts secrets there for one container; who may see them is said by the compose file, not by their mode. */
const CONTAINER_SECRETS = '/run/secrets/';

/**
 * What is unsafe in the settings in force and in the servers they name. Changes nothing; a server that does not answer is a
 * note. No finding holds a secret.
 */
export async function lookAtSafety(env?: NodeJS.ProcessEnv): Promise<SafetyFinding[]> {
  let config: Config;
  try {
    config = loadConfig(env);
  } catch (error) {
    const why = 'nothing starts, and what it would start with is not known';
    return [unsafe('settings', (error as Error).message, why, 'correct the setting')];
  }
  const [database, temporal, store] = await Promise.all([
    lookAtDatabase(config),
    lookAtTemporal(config),
    lookAtStore(config),
  ]);
  const settings = unsafeSettings({
    ...config,
    hasOpenId: config.openId !== null,
    loginExists: database.loginExists,
    secretsInEnvironment: secretsInEnvironment(env),
    readableFiles: secretFiles(env).filter(isReadableByOthers),
  });
  return [
    ...database.findings,
    ...temporal,
    ...store,
    ...settings,
    ...lookAtModelKey(config, database.answers),
  ];
}

interface DatabaseLook {
  findings: SafetyFinding[];
  answers: boolean;
  loginExists: boolean | null;
}

async function lookAtDatabase({ databaseUrl }: Config): Promise<DatabaseLook> {
  const url = new URL(databaseUrl);
  const pool = createPool(databaseUrl, { max: 1, applicationName: 'smart-etl-doctor' });
  try {
    const [server, roles] = [await readServerFacts(pool), await readRoleFacts(pool)];
    const findings = unsafeDatabase({
      ...server,
      roles,
      host: url.searchParams.get('host') ?? url.hostname,
      sslMode: url.searchParams.get('sslmode'),
    });
    return { findings, answers: true, loginExists: await loginExists(pool).catch(() => null) };
  } catch (error) {
    return {
      findings: [notSeen('PostgreSQL', error, 'its settings and roles were not looked at')],
      answers: false,
      loginExists: null,
    };
  } finally {
    await pool.end();
  }
}

/**
 * Asked without TLS, whatever the settings say: a server that answers so takes commands so. The development server is the
 * one that keeps its workflows in SQLite.
 */
async function lookAtTemporal({ temporalAddress, home }: Config): Promise<SafetyFinding[]> {
  const host = temporalAddress.replace(/:\d+$/, '');
  const findings: SafetyFinding[] = [];
  let connection: Connection;
  try {
    connection = await Connection.connect({
      address: temporalAddress,
      tls: false,
      connectTimeout: CONNECT_TIMEOUT_MS,
    });
  } catch (error) {
    return [
      notSeen('Temporal', error, 'without TLS, so whether it is the development server was not looked at'),
    ];
  }
  try {
    const { persistenceStore } = await connection.workflowService.getClusterInfo({});
    if (persistenceStore === 'sqlite') {
      const why = 'it is a test double: one process, one file, no backup, no access control';
      const cure = 'use docker-compose.yml or a cluster of your own: docs/production.md';
      const found = 'the development server (start-dev)';
      const isEmbedded = isThisMachine(host) && existsSync(path.join(home, 'connections.json'));
      findings.push({ what: 'Temporal', state: isEmbedded ? 'note' : 'unsafe', found, why, cure });
    }
  } catch (error) {
    findings.push(notSeen('Temporal', error, 'how it keeps its workflows was not looked at'));
  } finally {
    await connection.close();
  }
  if (!isThisMachine(host)) {
    const why = 'whoever reaches it reads every history and can start, signal and end every workflow';
    const cure = 'let the server ask for TLS and a certificate of its clients';
    findings.push(unsafe('Temporal', `${host} answers without TLS`, why, cure));
  }
  return findings;
}

async function lookAtStore(config: Config): Promise<SafetyFinding[]> {
  try {
    const open = await publicBuckets(config);
    if (open.length === 0) return [];
    const why = 'anybody who reaches the store has the originals or the models, without a key';
    const cure = 'take the policy away: mc anonymous set none ALIAS/BUCKET';
    return [unsafe('store', `open to everybody: ${open.join(', ')}`, why, cure)];
  } catch (error) {
    return [notSeen('store', error, 'whether its buckets are open was not looked at')];
  }
}

/** Where nothing is set up yet, no key is missing. */
function lookAtModelKey({ modelSigningKeyFile }: Config, isSetUp: boolean): SafetyFinding[] {
  if (!isSetUp || (modelSigningKeyFile !== null && existsSync(modelSigningKeyFile))) return [];
  const found =
    modelSigningKeyFile === null ? 'modelSigningKeyFile is not set' : `no file at ${modelSigningKeyFile}`;
  const why = 'no version can be signed, and one that somebody put into the store is not told from ours';
  return [unsafe('model key', found, why, 'infra/make-secrets makes one; docs/production.md')];
}

/** By anybody who can walk to it: a file is as closed as the folders above it. */
function isReadableByOthers(file: string): boolean {
  if (file.startsWith(CONTAINER_SECRETS) || (statSync(file).mode & 0o004) === 0) return false;
  for (let folder = path.dirname(path.resolve(file)); ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === path.dirname(folder)) return true;
  }
}

/** The code alone: messages of drivers may hold addresses with log-ins. */
function notSeen(what: string, error: unknown, rest: string): SafetyFinding {
  const { code, name } = error as NodeJS.ErrnoException;
  const found = `does not answer (${code ?? name})`;
  return { what, state: 'note', found, why: rest, cure: 'start it, and ask again' };
}
