import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { Config, SourceConfig } from '../../config.ts';
import { INBOX, takeableNames } from '../../models/intake/file-names.ts';
import { intakeOf } from '../../models/intake/intake-options.ts';
import { ProblemError, problemOf } from '../http/problem.ts';

const SAMPLES_BYTES = 1024 * 1024;
const MAX_SAMPLES = 10_000;

const text = z
  .string()
  .min(1)
  .max(200)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'no control characters');

export const samplesSchema = z
  .strictObject({
    samples: z
      .array(
        z.strictObject({
          host: text,
          metric: text.describe('Unit in the name: cpu_percent.'),
          ts: z.iso.datetime({ offset: true }),
          value: z.number(),
        }),
      )
      .min(1)
      .max(MAX_SAMPLES),
  })
  .meta({ id: 'Samples' });

export const acceptedSchema = z
  .strictObject({
    source: z.string(),
    name: z.string(),
    sha256: z.string(),
    sizeBytes: z.int(),
    state: z.string().describe('Where to ask what became of it; 404 until it is collected.'),
  })
  .meta({ id: 'Accepted' });
type Accepted = z.infer<typeof acceptedSchema>;

const PUSH_PATHS = {
  file: '/v1/sources/:source/files/:name',
  samples: '/v1/sources/:source/samples',
} as const;

/**
 * Lets files and samples be pushed: they are written into the inbox of their source and collected from there, like
 * all others, once they are whole. The same bytes twice are one file.
 */
export function addPushRoutes(app: FastifyInstance, { config }: { config: Config }): void {
  app.register(async (files) => {
    // Whatever type it says: the bytes are the file.
    files.removeAllContentTypeParsers();
    files.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    files.put(PUSH_PATHS.file, async (request, reply) => {
      const { source: sourceName, name } = request.params as { source: string; name: string };
      const source = requireSource(config, sourceName);
      requireName(source, name);
      requireLength(request, config.pushMaxBytes);
      const accepted = await receive(
        source,
        name,
        (request.body ?? request.raw) as Readable,
        config.pushMaxBytes,
      );
      return reply.code(202).header('cache-control', 'no-store').send(accepted);
    });
  });
  app.post(PUSH_PATHS.samples, { bodyLimit: SAMPLES_BYTES }, async (request, reply) => {
    const source = requireSource(config, (request.params as { source: string }).source);
    if (source.kind !== 'metrics') {
      throw new ProblemError(
        problemOf(
          'wrong-source',
          409,
          `"${source.name}" takes run logs; samples go to a source of kind metrics.`,
        ),
      );
    }
    const bytes = Buffer.from(csvOf(parseSamples(request.body)));
    const name = `samples-${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}.csv`;
    const accepted = await receive(source, name, asChunks(bytes), SAMPLES_BYTES * 2);
    return reply.code(202).header('cache-control', 'no-store').send(accepted);
  });
}

async function* asChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function requireSource(config: Config, name: string): SourceConfig {
  const source = config.sources.find((one) => one.name === name);
  if (source === undefined) {
    throw new ProblemError(problemOf('not-found', 404, 'No source of that name is configured.'));
  }
  if (source.intake?.growing) {
    throw new ProblemError(
      problemOf(
        'wrong-source',
        409,
        `"${name}" follows growing files; push to a source that takes whole ones.`,
      ),
    );
  }
  return source;
}

function requireName(source: SourceConfig, name: string): void {
  const { only, ignore } = intakeOf(source.intake);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  const isPlain = name.length <= 200 && !/[/\\\u0000-\u001f\u007f]/.test(name);
  if (isPlain && takeableNames([name], { only, ignore, marker: null }).length === 1) return;
  const detail =
    'Expected a file name of at most 200 characters, without / or a leading dot, not one of a temporary file, that the source takes.';
  throw new ProblemError(problemOf('bad-request', 400, detail));
}

function requireLength(request: FastifyRequest, maxBytes: number): void {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
}

const tooLarge = (maxBytes: number): ProblemError =>
  new ProblemError(problemOf('too-large', 413, `A file may have ${maxBytes} bytes (pushMaxBytes).`), {
    connection: 'close',
  });

/** Writes what comes beside the inbox and moves it there in one step: nobody ever sees half of it. */
async function receive(
  source: SourceConfig,
  name: string,
  content: Readable | AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<Accepted> {
  const inbox = path.join(source.folder, INBOX);
  const part = path.join(inbox, `.${randomUUID()}.part`);
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _, done) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) return done(tooLarge(maxBytes));
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await mkdir(inbox, { recursive: true });
    // Accepted is on disk: `flush` waits for it.
    await pipeline(content, measure, createWriteStream(part, { mode: 0o640, flush: true }));
    const sha256 = hash.digest('hex');
    const file = path.join(inbox, sha256.slice(0, 16), name);
    await mkdir(path.dirname(file), { recursive: true });
    if ((await stat(file).catch(() => null)) === null) await rename(part, file);
    const { marker } = intakeOf(source.intake);
    if (marker !== null) await writeFile(file + marker, '');
    return { source: source.name, name, sha256, sizeBytes, state: `/v1/files/${sha256}` };
  } catch (error) {
    throw asProblem(error);
  } finally {
    await rm(part, { force: true }).catch(() => {});
  }
}

function asProblem(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET') {
    return new ProblemError(problemOf('bad-request', 400, 'The request ended before its body did.'));
  }
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOENT', 'ENOTDIR'].includes(String(code)))
    return error;
  const detail = `The folder of the source cannot be written to (${code}): a person has to look.`;
  return new ProblemError(problemOf('source-not-writable', 503, detail), { 'retry-after': '60' });
}

function parseSamples(body: unknown): z.infer<typeof samplesSchema> {
  const result = samplesSchema.safeParse(body);
  if (result.success) return result.data;
  const errors = result.error.issues
    .slice(0, 20)
    .map((issue) => ({ parameter: issue.path.join('.'), detail: issue.message }));
  const detail = errors.map((error) => `${error.parameter}: ${error.detail}`).join('. ');
  throw new ProblemError(problemOf('bad-request', 400, detail, errors));
}

const quoted = (field: string): string => (/[",]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);

const csvOf = ({ samples }: z.infer<typeof samplesSchema>): string =>
  [
    'host,metric,ts,value',
    ...samples.map((one) => `${quoted(one.host)},${quoted(one.metric)},${one.ts},${one.value}`),
  ]
    .join('\n')
    .concat('\n');
