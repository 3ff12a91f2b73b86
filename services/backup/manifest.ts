import { createHash } from 'node:crypto';
import { open, readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DamagedBackup, MANIFEST, NoBackup } from './folder.ts';

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** No way out of the folder of the backup, whoever wrote the manifest. */
const file = z.string().regex(/^(database|objects|keys)\/[A-Za-z0-9_-]+(\.[a-z]+)*$/);
const part = { file, bytes: z.int().min(0), sha256 };
const packed = { ...part, content: z.strictObject({ bytes: z.int().min(0), sha256 }) };
const identifier = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);

const manifestSchema = z.strictObject({
  /** Of this description. Another one is another program's. */
  format: z.literal(1),
  /** Version of Smart ETL that made it. */
  product: z.string(),
  postgres: z.string(),
  /** Names of the migrations of the schema, in their order. */
  migrations: z.array(z.string()).min(1),
  /** The instant of the snapshot: everything that was committed before it is in the backup. */
  takenAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  tables: z.array(
    z.strictObject({
      ...packed,
      table: identifier,
      /** The table that it is a month of. */
      partitionOf: z.enum(['run', 'metric_sample']).nullable(),
      columns: z.array(identifier).min(1),
      rows: z.int().min(0),
    }),
  ),
  sequences: z.array(z.strictObject({ sequence: identifier, next: z.string().regex(/^\d{1,19}$/) })),
  buckets: z.array(
    z.strictObject({
      ...packed,
      bucket: z.enum(['raw', 'training', 'models', 'reports']),
      objects: z.int().min(0),
      /** Of all objects, unpacked. */
      objectBytes: z.int().min(0),
    }),
  ),
  /** Objects that the database names and that could not be saved: they were gone, or not what their key says. */
  lost: z.array(z.strictObject({ bucket: z.string(), key: z.string(), why: z.enum(['missing', 'damaged']) })),
  /** Null: keys were not asked for. */
  keys: z.array(z.strictObject(part)).nullable(),
});

export type BackupManifest = z.infer<typeof manifestSchema>;
export type TablePart = BackupManifest['tables'][number];
export type BucketPart = BackupManifest['buckets'][number];

const digestOf = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex');

/** Writes the manifest, whole or not at all, with its own hash as the last line. */
export async function writeManifest(folder: string, manifest: BackupManifest): Promise<string> {
  const content = manifestSchema.parse(manifest);
  const digest = digestOf(content);
  const target = path.join(folder, MANIFEST);
  const handle = await open(`${target}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`${JSON.stringify({ ...content, sha256: digest }, null, 1)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${target}.new`, target);
  return digest;
}

/**
 * Reads the manifest of a backup.
 *
 * @throws NoBackup where there is none, or one of a newer program
 * @throws DamagedBackup when it is not as it was written
 */
export async function readManifest(folder: string): Promise<{ manifest: BackupManifest; digest: string }> {
  const place = path.join(folder, MANIFEST);
  let text: string;
  try {
    text = await readFile(place, 'utf8');
  } catch (error) {
    throw new NoBackup(
      `${folder} is no backup: no ${MANIFEST} (${(error as NodeJS.ErrnoException).code}); it is written last, so one that was interrupted has none`,
    );
  }
  let read: { sha256?: unknown; format?: unknown };
  try {
    read = JSON.parse(text) as typeof read;
  } catch (error) {
    throw new DamagedBackup(`${place}: not JSON: ${(error as Error).message}`);
  }
  const { sha256: told, ...content } = read;
  const digest = digestOf(content);
  if (told !== digest) throw new DamagedBackup(`${place}: expected SHA-256 ${String(told)}, found ${digest}`);
  if (content.format !== 1) {
    throw new NoBackup(
      `${place}: expected format 1, found ${String(content.format)}: a newer Smart ETL made it`,
    );
  }
  const parsed = manifestSchema.safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new DamagedBackup(`${place}: ${issue.path.join('.')}: ${issue.message}`);
  }
  return { manifest: parsed.data, digest };
}
