import path from 'node:path';
import type { Config } from '../../config.ts';
import { verifyAuditLog } from '../../db/access/read-audit.ts';
import { checkTarget, prepareSchema, restoreTables } from '../../db/backup/restore-tables.ts';
import { findKnownVersion } from '../../db/forecast/model-signatures.ts';
import { migrate } from '../../db/migrate.ts';
import type { Pool } from '../../db/pool.ts';
import { NotEmpty, readPart, verifyPart } from '../../services/backup/folder.ts';
import { type BackupManifest, readManifest } from '../../services/backup/manifest.ts';
import {
  type BucketState,
  compareBucket,
  restoreObjects,
  verifyObjects,
} from '../../services/backup/objects.ts';
import { readModelKeys } from '../../services/model-keys.ts';
import { type Bucket, createObjectStore, type ObjectStore } from '../../services/object-store.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import { withDatabase } from '../connections.ts';
import { decisionOf } from '../data/quarantine.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { type Verdict, verdictOn } from '../forecast/model-verify.ts';
import { createProgress, type Progress } from '../progress.ts';
import { figuresOf } from './backup.ts';
import { sizeText } from './size-text.ts';
import { withStoredServers } from './stored-servers.ts';

interface RestoreOptions {
  check?: boolean;
  replace?: boolean;
  who?: string;
  why?: string;
  json?: boolean;
}

/** What a restored installation says of itself. */
interface Proof {
  /** Of the audit log, with the entry of the restore. */
  auditEntries: number;
  auditBreak: string | null;
  /** Whether the keys of the settings vouch for the champion; null: none serves. */
  champion: Verdict | null;
}

/**
 * `smart-etl restore FOLDER`: reads the whole backup through first, puts its objects into the store and then its rows
 * into the database, in one transaction: until that is committed the database is as it was.
 *
 * @returns 0; 1 when the audit chain is broken or the champion cannot be used; 7 when the backup lacked objects
 */
export async function restore(target: string, options: RestoreOptions): Promise<ExitCode> {
  const folder = path.resolve(target);
  const { check = false, replace = false, json = false } = options;
  const decision = decisionOf(options, 'restored from a backup');
  const startedMs = performance.now();
  const progress = createProgress();
  try {
    const { manifest, digest } = await readManifest(folder);
    await verifyBackup(folder, manifest, progress);
    const restored = check
      ? null
      : await withStoredServers({ alone: true }, async ({ config, ownerUrl }) => {
          const before = await prepare(config, ownerUrl, folder, manifest, replace);
          const others = await fill(ownerUrl, folder, manifest, {
            ...before,
            digest,
            decision,
            replace,
            progress,
          });
          return { others, ...(await proofOf({ ...config, databaseUrl: ownerUrl })) };
        });
    const seconds = (performance.now() - startedMs) / 1000;
    const outcome = { folder, ...figuresOf(manifest), digest, seconds, restored };
    if (json) console.log(JSON.stringify(outcome));
    else console.log(linesOf(outcome).join('\n'));
    if (restored !== null && !isSound(restored)) return EXIT.negative;
    return manifest.lost.length === 0 ? EXIT.ok : EXIT.partial;
  } finally {
    progress.end();
  }
}

async function verifyBackup(folder: string, manifest: BackupManifest, progress: Progress): Promise<void> {
  progress.step('reading the backup through');
  for (const part of [...manifest.tables, ...manifest.buckets, ...(manifest.keys ?? [])]) {
    progress.at(part.file);
    await verifyPart(folder, part);
  }
  for (const bucket of manifest.buckets) {
    progress.at(`objects of ${bucket.bucket}`);
    await verifyObjects(folder, bucket);
  }
  progress.done('as it was written');
}

interface Prepared {
  store: ObjectStore;
  buckets: Map<Bucket, BucketState>;
}

/** Everything that can be refused is refused here, before anything is written but an empty schema and empty buckets. */
async function prepare(
  config: Config,
  ownerUrl: string,
  folder: string,
  { migrations, buckets }: BackupManifest,
  replace: boolean,
): Promise<Prepared> {
  await prepareSchema(ownerUrl, migrations);
  await checkTarget(ownerUrl, replace);
  const store = createObjectStore(config);
  await store.ensureBuckets();
  const states = new Map<Bucket, BucketState>();
  for (const part of buckets) {
    const state = await compareBucket(store, folder, part);
    if (state.others > 0 && !replace) {
      throw new NotEmpty(
        `the bucket ${part.bucket} has ${state.others} objects that the backup has not: name an empty store, or say --replace to go back in this one (they stay)`,
      );
    }
    states.set(part.bucket, state);
  }
  return { store, buckets: states };
}

/** @returns how many objects of the store the backup does not know */
async function fill(
  ownerUrl: string,
  folder: string,
  manifest: BackupManifest,
  given: Prepared & {
    digest: string;
    decision: { who: string; why: string };
    replace: boolean;
    progress: Progress;
  },
): Promise<number> {
  const { store, buckets, digest, decision, replace, progress } = given;
  for (const part of manifest.buckets) {
    const { common } = buckets.get(part.bucket)!;
    progress.step(`objects of ${part.bucket}`);
    const told = (objects: number) => objects % 100 === 0 && progress.at(String(objects));
    await restoreObjects(store, folder, part, { common, replace, told });
    progress.done(`${part.objects}, ${common.size} of them were there`);
  }
  progress.step('database');
  const byTable = new Map(manifest.tables.map((part) => [part.table, part]));
  await restoreTables(ownerUrl, manifest, {
    replace,
    feed: (part, destination) => readPart(folder, byTable.get(part.table)!, destination),
    told: (table) => progress.at(table),
    entry: {
      ...{
        ...decision,
        action: 'database.restored',
        subject: `backup of ${manifest.takenAt}`,
        workflowId: null,
      },
      before: null,
      after: { takenAt: manifest.takenAt, manifest: digest, schema: manifest.migrations.at(-1) },
    },
  });
  progress.done(`${figuresOf(manifest).rows} rows`);
  progress.step('schema');
  const newer = await migrate(ownerUrl);
  progress.done(newer.length === 0 ? 'that of this program' : `migrated: ${newer.join(', ')}`);
  return [...buckets.values()].reduce((sum, { others }) => sum + others, 0);
}

const proofOf = (config: Config): Promise<Proof> =>
  withDatabase(config, async (pool) => {
    const { entries, firstBreak } = await verifyAuditLog(pool, null);
    return {
      auditEntries: entries,
      auditBreak: firstBreak && JSON.stringify(firstBreak),
      champion: await championVerdict(config, pool),
    };
  });

async function championVerdict(config: Config, pool: Pool): Promise<Verdict | null> {
  const { rows } = await pool.query<{ version: number }>(
    `select version from model_alias where model = $1 and alias = 'champion'`,
    [FAILURE_MODEL],
  );
  if (rows.length === 0) return null;
  const known = await findKnownVersion(pool, FAILURE_MODEL, rows[0]!.version);
  return verdictOn(createObjectStore(config), readModelKeys(config), known!);
}

const isSound = ({ auditBreak, champion }: Proof): boolean =>
  auditBreak === null && champion?.valid !== false;

function linesOf(
  outcome: ReturnType<typeof figuresOf> & {
    folder: string;
    seconds: number;
    restored: (Proof & { others: number }) | null;
  },
): string[] {
  const { folder, takenAt, rows, objects, objectBytes, keys, lost, seconds, restored } = outcome;
  const what = `${rows} rows, ${objects} objects (${sizeText(objectBytes)})`;
  const missing = lost.length > 0 ? [`${lost.length} objects were lost already when it was taken`] : [];
  if (restored === null) return [`${folder}: whole, as of ${takenAt}: ${what}`, ...missing];
  const { others, auditEntries, auditBreak, champion } = restored;
  return [
    `restored as of ${takenAt}: ${what}, in ${seconds.toFixed(1)} s`,
    ...missing,
    ...(others > 0
      ? [
          `${others} objects of the store are newer: they stay, \`smart-etl rebuild\` reads originals among them`,
        ]
      : []),
    auditBreak === null ? `audit log: ${auditEntries} entries, unbroken` : `audit log: BROKEN: ${auditBreak}`,
    ...(champion === null
      ? []
      : [
          champion.valid
            ? `champion: version ${champion.version} is whole`
            : `champion: version ${champion.version} CANNOT BE USED: ${champion.reason}`,
        ]),
    ...(keys === null
      ? []
      : [`keys: in ${path.join(folder, 'keys')}; put them where the settings name them`]),
  ];
}
