import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelKeyFile, writeModelKeys } from '../tests/model-keys.ts';
import { readModelKeys } from './model-keys.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const folderOf = (name: string) => path.join(folder, name);
const fileOf = (name: string, text: string) => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};
const publicOf = (name: string) =>
  createPublicKey(readFileSync(modelKeyFile(folderOf(name)))).export({ type: 'spki', format: 'pem' });

describe('readModelKeys', () => {
  it('trusts its own signature of the same bytes, and of no others', () => {
    const keys = readModelKeys(writeModelKeys(folderOf('one')));
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 300 }),
        fc.nat(63),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, flip) => {
          const signed = keys.sign(bytes);
          expect(keys.sign(bytes)).toEqual(signed);
          expect(keys.check(bytes, signed)).toBe('valid');
          expect(keys.check(Buffer.concat([bytes, Buffer.of(0)]), signed)).toBe('wrong');
          const other = Buffer.from(signed.signature);
          other[at]! ^= flip;
          expect(keys.check(bytes, { ...signed, signature: other })).toBe('wrong');
        },
      ),
    );
  });

  it('goes on trusting the keys before it, and no stranger', () => {
    const old = readModelKeys(writeModelKeys(folderOf('old')));
    const stranger = readModelKeys(writeModelKeys(folderOf('stranger')));
    const now = readModelKeys({
      ...writeModelKeys(folderOf('new')),
      modelTrustedKeysFile: fileOf('trusted', `# signed until 2026\n${publicOf('old')}`),
    });
    const bytes = Buffer.from('a manifest');
    expect(now.check(bytes, old.sign(bytes))).toBe('valid');
    expect(now.check(bytes, now.sign(bytes))).toBe('valid');
    expect(old.check(bytes, now.sign(bytes))).toBe('unknown-key');
    expect(now.check(bytes, stranger.sign(bytes))).toBe('unknown-key');
    expect(now.check(bytes, { ...stranger.sign(bytes), keyId: now.trusted[0]! })).toBe('wrong');
    expect(now.publicPem).toBe(publicOf('new'));
  });

  it('can verify without a key to sign with, and says so when it is to sign', () => {
    const { sign, trusted, publicPem } = readModelKeys({
      modelSigningKeyFile: null,
      modelTrustedKeysFile: fileOf('public', `${publicOf('old')}`),
    });
    expect(trusted).toHaveLength(1);
    expect(publicPem).toBe(null);
    expect(() => sign(Buffer.of(1))).toThrow('modelSigningKeyFile names no private key');
  });

  it('names a file that holds no such key, and nothing of what is in it', () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    });
    const secret = 'MC4CAQAwBQYDK2VwBCIEIsecret';
    const read = (modelSigningKeyFile: string | null, modelTrustedKeysFile: string | null = null) =>
      readModelKeys({ modelSigningKeyFile, modelTrustedKeysFile });
    const broken = fileOf('broken', `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----`);
    expect(() => read(broken)).toThrow(`${broken}: expected a private key as PEM, found something else`);
    expect(() => read(fileOf('rsa', String(rsa)))).toThrow(/expected Ed25519, found rsa$/);
    expect(() => read(path.join(folder, 'none'))).toThrow(/none: cannot be read \(ENOENT\)$/);
    expect(() => read(null, broken)).toThrow(
      /broken: expected PEM of public keys and lines from #, found more$/,
    );
    expect(read(null, fileOf('empty', '# none yet\n')).trusted).toEqual([]);
  });
});
