import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { openLink } from '../scripts/benchmarks/faulty-link.ts';
import { createObjectStore, type ObjectStore, sha256Of } from './object-store.ts';

const BYTES = randomBytes(9_000_000);
const settings = () => ({
  objectStoreUrl: inject('objectStoreUrl'),
  objectStoreAccessKey: inject('objectStoreAccessKey'),
  objectStoreSecretKey: inject('objectStoreSecretKey'),
  objectStoreRegion: 'us-east-1',
});
let key = '';
beforeAll(async () => {
  const store = createObjectStore(settings());
  await store.ensureBuckets();
  key = await store.put('training', BYTES);
});

/** A store behind a link of its own. */
async function linked() {
  const url = new URL(settings().objectStoreUrl);
  const link = await openLink(Number(url.port));
  url.port = String(link.port);
  const store = createObjectStore({ ...settings(), objectStoreUrl: url.href });
  return { link, store };
}

const CALLS: Record<string, (store: ObjectStore) => Promise<unknown>> = {
  put: (store) => store.put('training', randomBytes(100)),
  get: (store) => store.get('training', key),
  remove: (store) => store.remove('training', sha256Of(randomBytes(8))),
  list: (store) => store.list('training').next(),
  ensureBuckets: (store) => store.ensureBuckets(),
  putFile: async (store) => {
    const folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-silence-'));
    const bytes = randomBytes(20_000_000);
    try {
      writeFileSync(path.join(folder, 'file'), bytes);
      return await store.putFile('training', sha256Of(bytes), path.join(folder, 'file'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

describe.concurrent('a store that takes connections and says nothing', { timeout: 70_000 }, () => {
  it.each(Object.entries(CALLS))(
    '%s fails in under a minute, and works again afterwards',
    async (_, call) => {
      const { link, store } = await linked();
      link.begin('black-hole');
      const startMs = performance.now();
      await expect(call(store)).rejects.toThrow();
      expect(performance.now() - startMs).toBeLessThan(60_000);
      link.lift();
      await call(store);
      await link.close();
    },
  );

  it('an answer that stops halfway fails, too', async () => {
    const { link, store } = await linked();
    const stream = await store.stream('training', key);
    await new Promise((resolve) => stream.once('readable', resolve));
    link.begin('black-hole');
    const startMs = performance.now();
    await expect(buffer(stream)).rejects.toThrow();
    expect(performance.now() - startMs).toBeLessThan(60_000);
    await link.close();
  });

  it('an answer that is cut off fails, and is not taken for the end', async () => {
    const { link, store } = await linked();
    link.begin('cut', { cutAfterBytes: 1_000_000 });
    await expect(store.get('training', key)).rejects.toThrow();
    await link.close();
  });
});
