import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Client } from 'minio';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createObjectStore, type KeptOriginal, type ObjectStore } from './object-store.ts';

let store: ObjectStore;
let client: Client;
beforeAll(async () => {
  const settings = {
    objectStoreUrl: inject('objectStoreUrl'),
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

describe('the object store', () => {
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
});
