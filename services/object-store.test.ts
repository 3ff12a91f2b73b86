import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'minio';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { findVersitygw, startVersitygw } from '../tests/versitygw.ts';
import { createObjectStore, type KeptOriginal, type ObjectStore } from './object-store.ts';

const versitygw = findVersitygw();
const minio = async () => ({ url: inject('objectStoreUrl'), stop: async () => {} });

/** MinIO, and Versity's gateway where it is installed: what holds on one S3 server must hold on another. */
const SERVERS = [
  { server: 'MinIO', start: minio, isHere: true },
  { server: 'versitygw', start: () => startVersitygw(versitygw!), isHere: versitygw !== null },
];

describe.each(SERVERS.filter(({ isHere }) => isHere))('the object store on $server', ({ start }) => {
  let store: ObjectStore;
  let client: Client;
  let stop: () => Promise<void>;
  beforeAll(async () => {
    const running = await start();
    stop = running.stop;
    const settings = {
      objectStoreUrl: running.url,
      objectStoreAccessKey: inject('objectStoreAccessKey'),
      objectStoreSecretKey: inject('objectStoreSecretKey'),
      objectStoreRegion: 'us-east-1',
    };
    store = createObjectStore(settings);
    await store.ensureBuckets();
    const { hostname, port } = new URL(settings.objectStoreUrl);
    client = new Client({
      endPoint: hostname,
      port: Number(port),
      useSSL: false,
      accessKey: settings.objectStoreAccessKey,
      secretKey: settings.objectStoreSecretKey,
    });
  });

  afterAll(() => stop());

  it('keys an object by the hash of its bytes, stored once or twice', async () => {
    const bytes = randomBytes(1000);
    const key = createHash('sha256').update(bytes).digest('hex');
    expect(await Promise.all([store.put('models', bytes), store.put('models', bytes)])).toEqual([key, key]);
    expect(await store.put('models', bytes)).toBe(key);
    expect(await store.get('models', key)).toEqual(bytes);
  });

  it('keeps empty objects and files of several parts', async () => {
    expect(await store.get('raw', await store.put('raw', new Uint8Array()))).toHaveLength(0);
    const folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-store-'));
    try {
      const bytes = randomBytes(20 * 1024 * 1024);
      const key = createHash('sha256').update(bytes).digest('hex');
      writeFileSync(path.join(folder, 'file'), bytes);
      await store.putFile('raw', key, path.join(folder, 'file'));
      await store.putFile('raw', key, path.join(folder, 'file'));
      expect((await store.get('raw', key)).equals(bytes)).toBe(true);
      await expect(store.putFile('raw', '0'.repeat(64), path.join(folder, 'none'))).rejects.toThrow(/ENOENT/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps where an original came from, as it was told first, and lists it', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-store-'));
    try {
      const origin = {
        source: 'runs',
        name: 'Journal d’été 50%/lot 1.csv',
        receivedAt: new Date('2026-03-01T05:00:00.123Z'),
        archiveSha256: null,
      };
      const later = { ...origin, name: 'again.csv', receivedAt: new Date('2026-03-02T00:00:00Z') };
      const small = randomBytes(1000);
      const large = randomBytes(17 * 1024 * 1024);
      const bare = randomBytes(10);
      const keyOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
      const file = path.join(folder, 'file');
      writeFileSync(file, large);
      expect(await store.putOriginal(keyOf(small), { bytes: small }, origin)).toEqual(origin);
      expect(await store.putOriginal(keyOf(small), { bytes: small }, later)).toEqual(origin);
      const member = { ...origin, archiveSha256: keyOf(small) };
      expect(await store.putOriginal(keyOf(large), { file }, member)).toEqual(member);
      expect(await store.putOriginal(keyOf(large), { file }, later)).toEqual(member);
      await store.put('raw', bare);
      const listed = new Map<string, KeptOriginal>();
      for await (const original of store.listOriginals()) listed.set(original.sha256, original);
      expect(listed.get(keyOf(small))).toEqual({ sha256: keyOf(small), sizeBytes: 1000, origin });
      expect(listed.get(keyOf(large))).toEqual({
        sha256: keyOf(large),
        sizeBytes: large.length,
        origin: member,
      });
      expect(listed.get(keyOf(bare))).toEqual({ sha256: keyOf(bare), sizeBytes: 10, origin: null });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('refuses bytes that are not those of the key', async () => {
    const key = await store.put('models', randomBytes(100));
    await client.putObject('models', key, Buffer.from('flipped'));
    await expect(store.get('models', key)).rejects.toMatchObject({ name: 'CorruptObject' });
  });

  it('says what is missing', async () => {
    const missing = store.get('models', 'f'.repeat(64));
    await expect(missing).rejects.toMatchObject({
      name: 'MissingObject',
      message: `bucket models has no object ${'f'.repeat(64)}`,
    });
  });

  it('lets one of many racing writers create an object, and nobody overwrite it', async () => {
    const name = `${'a'.repeat(40)}${randomBytes(12).toString('hex')}.0011223344556677.sig`;
    const writers = Array.from({ length: 12 }, (_, i) => Buffer.alloc(64, i));
    const ended = await Promise.allSettled(writers.map((bytes) => store.putBeside('models', name, bytes)));
    const there = await store.getBeside('models', name);
    const won = ended.flatMap(({ status }, i) => (status === 'fulfilled' ? [i] : []));
    expect(won).toHaveLength(1);
    expect(there).toEqual(writers[won[0]!]);
    for (const bytes of writers) {
      const again = store.putBeside('models', name, bytes);
      if (bytes.equals(there)) await again;
      else await expect(again).rejects.toMatchObject({ name: 'CorruptObject' });
    }
    expect(await store.getBeside('models', name)).toEqual(there);
  });

  it('never overwrites what lies under a key, whatever it is', async () => {
    const bytes = randomBytes(100);
    const key = createHash('sha256').update(bytes).digest('hex');
    await client.putObject('models', key, Buffer.from('damaged'));
    expect(await store.put('models', bytes)).toBe(key);
    await expect(store.get('models', key)).rejects.toMatchObject({ name: 'CorruptObject' });
  });

  it('tells when objects were stored and how large they are', async () => {
    const bytes = randomBytes(321);
    const fromMs = Date.now();
    const key = await store.put('training', bytes);
    for await (const object of store.listAged('training')) {
      if (object.key !== key) continue;
      expect(object.bytes).toBe(321);
      // The store tells seconds.
      expect(object.storedMs).toBeGreaterThanOrEqual(fromMs - 1_500);
      expect(object.storedMs).toBeLessThanOrEqual(Date.now() + 1_500);
      return;
    }
    expect.unreachable('it is not listed');
  });
});
