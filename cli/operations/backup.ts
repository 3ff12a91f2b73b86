import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Config } from '../../config.ts';
import { type Snapshot, withBackupLock, withSnapshot } from '../../db/backup/snapshot.ts';
import packageDescription from '../../package.json' with { type: 'json' };
import {
  beginBackup,
  endBackup,
  type StoredPart,
  writePart,
  writePlainPart,
} from '../../services/backup/folder.ts';
import { type BackupManifest, type TablePart, writeManifest } from '../../services/backup/manifest.ts';
import { type LostObject, saveObjects } from '../../services/backup/objects.ts';
import { BUCKETS, type Bucket, createObjectStore } from '../../services/object-store.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ConflictError } from '../options/usage-error.ts';
import { createProgress, type Progress } from '../progress.ts';
import { sizeText } from './size-text.ts';
import { type StoredServers, withStoredServers } from './stored-servers.ts';

/**
 * `smart-etl backup FOLDER [--keys]`: the database as of one instant, then every object, then the manifest that makes
 * the folder a backup.
 *
 * @returns 0; 7 when objects that the database names could not be saved
 */
export async function backup(
  target: string,
  { keys = false, json = false }: { keys?: boolean; json?: boolean },
): Promise<ExitCode> {
  const folder = path.resolve(target);
  const startedMs = performance.now();
  const progress = createProgress();
  try {
    const { manifest, digest } = await withStoredServers({ alone: false }, (servers) =>
      withBackupLock(servers.ownerUrl, () => take(servers, folder, keys, progress)),
    );
    const outcome = {
      folder,
      ...figuresOf(manifest),
      digest,
      seconds: (performance.now() - startedMs) / 1000,
    };
    if (json) console.log(JSON.stringify(outcome));
    else console.log(linesOf(outcome).join('\n'));
    return manifest.lost.length === 0 ? EXIT.ok : EXIT.partial;
  } finally {
    progress.end();
  }
}

async function take(
  { config, ownerUrl }: StoredServers,
  folder: string,
  keys: boolean,
  progress: Progress,
): Promise<{ manifest: BackupManifest; digest: string }> {
  await beginBackup(folder);
  const taken = await takeDatabase(ownerUrl, folder, progress);
  // After the rows: what they name is there already, and what comes later does no harm.
  const { buckets, lost } = await takeObjects(config, folder, taken.named, progress);
  await refuseOvertaken(ownerUrl, lost);
  const manifest: BackupManifest = {
    format: 1,
    product: packageDescription.version,
    postgres: taken.postgres,
    migrations: taken.migrations,
    takenAt: taken.takenAt.toISOString(),
    endedAt: new Date().toISOString(),
    tables: taken.tables,
    sequences: taken.sequences,
    buckets,
    lost,
    keys: keys ? await takeKeys(config, folder) : null,
  };
  const digest = await writeManifest(folder, manifest);
  await endBackup(folder);
  return { manifest, digest };
}

type Taken = Pick<Snapshot, 'postgres' | 'migrations' | 'takenAt'> & {
  tables: TablePart[];
  sequences: BackupManifest['sequences'];
  named: Readonly<Partial<Record<Bucket, string[]>>>;
};

function takeDatabase(ownerUrl: string, folder: string, progress: Progress): Promise<Taken> {
  progress.step('database');
  return withSnapshot(ownerUrl, async (snapshot) => {
    const tables: TablePart[] = [];
    for (const table of snapshot.tables) {
      progress.at(table.table);
      const source = snapshot.read(table);
      const part = await writePart(folder, `database/${table.table}.copy.zst`, source);
      tables.push({
        ...part,
        ...table,
        partitionOf: table.partitionOf as TablePart['partitionOf'],
        rows: source.rowCount,
      });
    }
    const sequences = await snapshot.sequences();
    const named = await snapshot.namedObjects();
    progress.done(
      `${tables.reduce((sum, { rows }) => sum + rows, 0)} rows of ${tables.length} tables and months`,
    );
    const { postgres, migrations, takenAt } = snapshot;
    return { postgres, migrations, takenAt, tables, sequences, named };
  });
}

async function takeObjects(
  config: Config,
  folder: string,
  named: Taken['named'],
  progress: Progress,
): Promise<Pick<BackupManifest, 'buckets' | 'lost'>> {
  const store = createObjectStore(config);
  const found: Pick<BackupManifest, 'buckets' | 'lost'> = { buckets: [], lost: [] };
  for (const bucket of Object.values(BUCKETS)) {
    progress.step(`objects of ${bucket}`);
    const { part, lost } = await saveObjects(store, bucket, folder, named[bucket] ?? [], (objects) => {
      if (objects % 100 === 0) progress.at(String(objects));
    });
    found.buckets.push(part);
    found.lost.push(...lost);
    progress.done(`${part.objects}, ${sizeText(part.objectBytes)}`);
  }
  return found;
}

/** What the database named when it was saved, and does not name any more, went meanwhile: the backup would not fit together. */
async function refuseOvertaken(ownerUrl: string, lost: readonly LostObject[]): Promise<void> {
  if (lost.length === 0) return;
  const now = await withSnapshot(ownerUrl, (snapshot) => snapshot.namedObjects());
  const stillNamed = new Set(Object.values(now).flat());
  const gone = lost.filter(({ key, why }) => why === 'missing' && !stillNamed.has(key));
  if (gone.length > 0) {
    throw new ConflictError(
      `retention or an erasure deleted ${gone.length} objects while the backup was taken: take it again, what was copied is used again`,
    );
  }
}

/** Names as infra/make-secrets gives them. */
async function takeKeys(config: Config, folder: string): Promise<StoredPart[]> {
  const fileOf = (file: string | null) => (file === null ? null : readFile(file));
  const found: Record<string, Uint8Array | string | null> = {
    model_signing_key: await fileOf(config.modelSigningKeyFile),
    model_trusted_keys: await fileOf(config.modelTrustedKeysFile),
    // Without it nobody reads what Temporal keeps.
    temporal_payload_keys: await fileOf(config.temporalPayloadKeysFile),
    link_key: config.linkKey,
    ping_key: config.pingKey,
    pseudonym_key: config.pseudonymKey,
  };
  const parts: StoredPart[] = [];
  for (const [name, key] of Object.entries(found)) {
    if (key !== null) parts.push(await writePlainPart(folder, `keys/${name}`, Buffer.from(key as string)));
  }
  return parts;
}

interface Figures {
  takenAt: string;
  schema: string;
  tables: number;
  rows: number;
  objects: number;
  /** Unpacked. */
  objectBytes: number;
  /** Of keys; null: they were not asked for. */
  keys: number | null;
  lost: readonly LostObject[];
}

/** What a backup holds, in figures. */
export function figuresOf(manifest: BackupManifest): Figures {
  const { takenAt, migrations, tables, buckets, keys, lost } = manifest;
  return {
    takenAt,
    schema: migrations.at(-1)!,
    tables: tables.length,
    rows: tables.reduce((sum, { rows }) => sum + rows, 0),
    objects: buckets.reduce((sum, { objects }) => sum + objects, 0),
    objectBytes: buckets.reduce((sum, { objectBytes }) => sum + objectBytes, 0),
    keys: keys === null ? null : keys.length,
    lost,
  };
}

function linesOf(outcome: Figures & { folder: string; digest: string; seconds: number }): string[] {
  const { folder, takenAt, schema, rows, objects, objectBytes, keys, lost, digest, seconds } = outcome;
  return [
    `${folder}: everything that was committed before ${takenAt}`,
    `  ${rows} rows (schema ${schema}), ${objects} objects (${sizeText(objectBytes)}), ${keys === null ? 'no keys' : `${keys} keys`}, in ${seconds.toFixed(1)} s`,
    `  SHA-256 of its manifest: ${digest}`,
    ...lost.slice(0, 20).map(({ bucket, key, why }) => `  LOST ${bucket}/${key}: ${why} in the object store`),
    ...(lost.length > 20 ? [`  and ${lost.length - 20} more`] : []),
  ];
}
