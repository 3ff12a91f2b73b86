import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BadTemporalSetting } from './bad-temporal-setting.ts';
import { readPayloadKeys } from './payload-keys.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-payload-keys-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  const file = path.join(folder, 'keys');
  writeFileSync(file, text);
  return readPayloadKeys(file);
};

it('reads keys in their order, by names that each key gives itself', () => {
  const [one, other] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  const keys = read(`# the newest first\n${one}\r\n\n  ${other}  \n`);
  expect(keys.map(({ secret }) => secret.toString('base64'))).toEqual([one, other]);
  expect(keys.map(({ id }) => id)).toEqual([read(one)[0]!.id, read(other)[0]!.id]);
  expect(keys[0]!.id).toMatch(/^[0-9a-f]{16}$/);
  expect(keys[0]!.id).not.toBe(keys[1]!.id);
  // Derived by another implementation: openssl kdf -keylen 8 -kdfopt digest:SHA256 -kdfopt hexkey:000…0 \
  //   -kdfopt info:'smart-etl payload key id' HKDF
  expect(read(Buffer.alloc(32).toString('base64'))[0]!.id).toBe('e690219d78bbf6e5');
  expect(readPayloadKeys(null)).toEqual([]);
});

it.each([
  ['a short key', randomBytes(16).toString('base64')],
  ['a long key', randomBytes(33).toString('base64')],
  ['hexadecimal', randomBytes(32).toString('hex')],
  ['a key with a name before it', `k1 ${randomBytes(32).toString('base64')}`],
])('refuses %s, by setting, file and line, and does not quote it', (_, line) => {
  const error = (() => {
    try {
      return read(`# a comment\n${line}\n`);
    } catch (error) {
      return error as Error;
    }
  })() as Error;
  expect(error).toBeInstanceOf(BadTemporalSetting);
  expect(error.message).toContain(`temporalPayloadKeysFile: ${path.join(folder, 'keys')}: line 2: expected`);
  expect(error.message).not.toContain(line.slice(0, 12));
});

it('refuses a file with no key, and one that is not there', () => {
  expect(() => read('# none yet\n')).toThrow(/expected a key .* found none/);
  expect(() => readPayloadKeys('/run/secrets/none')).toThrow(
    'temporalPayloadKeysFile: /run/secrets/none: cannot be read (ENOENT)',
  );
});
