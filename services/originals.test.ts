import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ZipFile } from 'yazl';
import { intakeOf } from '../models/intake/intake-options.ts';
import { inMemory, withOriginal } from './drop-folder.ts';
import { createObjectStore, type ObjectStore, sha256Of } from './object-store.ts';
import { keepOriginal } from './originals.ts';

let store: ObjectStore;
let folder: string;
beforeAll(async () => {
  store = createObjectStore({
    objectStoreUrl: inject('objectStoreUrl'),
    objectStoreAccessKey: inject('objectStoreAccessKey'),
    objectStoreSecretKey: inject('objectStoreSecretKey'),
    objectStoreRegion: 'us-east-1',
  });
  await store.ensureBuckets();
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-zip-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const { archive: LIMITS } = intakeOf({});
const received = { source: 'runs', name: 'night.zip', receivedAt: new Date('2026-03-01T05:00:00Z') };
const keep = (bytes: Buffer, limits = LIMITS) => keepOriginal(store, inMemory(bytes), received, limits);

/** A zip archive; the names are set after it was made, because the maker refuses harmful ones. */
async function zipOf(
  members: Record<string, Buffer | string>,
  rename: Record<string, string> = {},
): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(members)) zip.addBuffer(Buffer.from(content as string), name);
  zip.end();
  const bytes = await buffer(zip.outputStream);
  for (const [name, other] of Object.entries(rename)) {
    for (let at = bytes.indexOf(name); at >= 0; at = bytes.indexOf(name, at + 1)) bytes.write(other, at);
  }
  return bytes;
}
const told = (kept: Awaited<ReturnType<typeof keep>>) =>
  kept.map(({ name, state, refusalCode }) => [name, state, refusalCode]);

describe('an original', () => {
  it('is kept as it is when it is no archive', async () => {
    const bytes = randomBytes(100);
    expect(await keep(bytes)).toEqual([
      {
        ...received,
        sha256: sha256Of(bytes),
        sizeBytes: 100,
        archiveSha256: null,
        state: 'stored',
        refusalCode: null,
        refusalDetail: null,
      },
    ]);
    expect(await store.get('raw', sha256Of(bytes))).toEqual(bytes);
  });

  it('that is a zip archive is kept, and each member as a file of its own', async () => {
    const large = Buffer.from(Array.from({ length: 60_000 }, (_, i) => `job,${i * 7919}\n`).join(''));
    const bytes = await zipOf({
      'a.csv': 'job,1\n',
      'nuit/été.csv': large,
      '__MACOSX/._a.csv': 'x',
      '.DS_Store': 'x',
    });
    const [archive, ...members] = await keep(bytes);
    expect(archive).toMatchObject({ name: 'night.zip', state: 'unpacked', archiveSha256: null });
    expect(members.map(({ name, state, archiveSha256 }) => [name, state, archiveSha256])).toEqual([
      ['night.zip/a.csv', 'stored', archive!.sha256],
      ['night.zip/nuit/été.csv', 'stored', archive!.sha256],
    ]);
    expect(members[1]!.sizeBytes).toBe(large.length);
    expect(await store.get('raw', members[1]!.sha256)).toEqual(large);
  });

  it('that is a large zip archive is read from a private copy', async () => {
    const noise = randomBytes(400_000).toString('base64');
    const file = path.join(folder, 'large.zip');
    writeFileSync(file, await zipOf({ 'a.csv': noise }));
    const kept = await withOriginal(file, (original) => keepOriginal(store, original, received, LIMITS));
    expect(told(kept)).toEqual([
      ['night.zip', 'unpacked', null],
      ['night.zip/a.csv', 'stored', null],
    ]);
  });

  it('takes the harm out of the names of members', async () => {
    const bytes = await zipOf(
      { 'xx/xx/evil.csv': 'job,evil\n', 'xetc/passwd.csv': 'job,root\n', 'cxxdos.csv': 'job,dos\n' },
      {
        'xx/xx/evil.csv': '../../evil.csv',
        'xetc/passwd.csv': '/etc/passwd.csv',
        'cxxdos.csv': 'c:\\dos.csv',
      },
    );
    expect(told(await keep(bytes)).map(([name]) => name)).toEqual([
      'night.zip',
      'night.zip/evil.csv',
      'night.zip/etc/passwd.csv',
      'night.zip/c:/dos.csv',
    ]);
  });

  it('does not open archives inside an archive', async () => {
    const inner = await zipOf({ 'a.csv': 'job,inner\n' });
    expect(
      told(await keep(await zipOf({ 'b.zip': inner, 'c.csv.gz': gzipSync('job,gz\n'), 'd.csv': 'job,d\n' }))),
    ).toEqual([
      ['night.zip', 'unpacked', null],
      ['night.zip/b.zip', 'refused', 'nested-archive'],
      ['night.zip/c.csv.gz', 'refused', 'nested-archive'],
      ['night.zip/d.csv', 'stored', null],
    ]);
  });

  it('is left to the reader of tables when it is a workbook', async () => {
    expect(
      told(await keep(await zipOf({ '[Content_Types].xml': '<x/>', 'xl/workbook.xml': '<x/>' }))),
    ).toEqual([['night.zip', 'stored', null]]);
  });

  it('is refused as a bomb by size, ratio and number of members, with nothing unpacked', async () => {
    const zeros = await zipOf({ 'a.csv': Buffer.alloc(80 * 1024 * 1024) });
    const many = await zipOf({ a: 'a', b: 'b', c: 'c' });
    for (const [bytes, limits] of [
      [zeros, { ...LIMITS, maxRatio: 100 }],
      [zeros, { ...LIMITS, maxBytes: 1024 }],
      [many, { ...LIMITS, maxMembers: 2 }],
    ] as const) {
      expect(told(await keep(bytes, limits))).toEqual([['night.zip', 'refused', 'archive-bomb']]);
    }
  });

  it('is refused when it lies about its size, its check sum is wrong, or it is cut', async () => {
    const text = 'job,lies\n'.repeat(500);
    const honest = await zipOf({ 'a.csv': text });
    const central = honest.indexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
    const size = Buffer.from(honest);
    size.writeUInt32LE(10, central + 24);
    const sum = Buffer.from(honest);
    sum.writeUInt32LE(1, central + 16);
    for (const bytes of [size, sum, honest.subarray(0, honest.length - 30)]) {
      expect(told(await keep(bytes))).toEqual([['night.zip', 'refused', 'damaged-archive']]);
    }
  });

  it('is refused with a clear sentence when a password locks it', async () => {
    const bytes = await zipOf({ 'a.csv': 'job,locked\n' });
    const central = bytes.indexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
    bytes.writeUInt16LE(bytes.readUInt16LE(central + 8) | 1, central + 8);
    expect(await keep(bytes)).toMatchObject([
      {
        state: 'refused',
        refusalCode: 'encrypted-archive',
        refusalDetail: '"a.csv" is locked with a password: send the archive without one',
      },
    ]);
  });

  it('is refused when there is nothing in it', async () => {
    expect(told(await keep(await zipOf({})))).toEqual([['night.zip', 'refused', 'empty-archive']]);
  });

  it('may have any name', async () => {
    const name = `${'é'.repeat(900)}.csv`;
    const [file] = await keepOriginal(store, inMemory(randomBytes(10)), { ...received, name }, LIMITS);
    expect(name.startsWith(file!.name)).toBe(true);
    expect(file!.name.length).toBeGreaterThan(100);
  });
});
