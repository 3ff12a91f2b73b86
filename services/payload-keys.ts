import { hkdfSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BadTemporalSetting } from './bad-temporal-setting.ts';

/** A key by which payloads are encrypted. */
export interface PayloadKey {
  /** 16 hexadecimal digits made from the key by a one-way function: another key has another name. */
  id: string;
  /** 32 bytes, for AES-256. */
  secret: Buffer;
}

/** The first encrypts, all decrypt; none: nothing is encrypted. */
export type PayloadKeys = readonly PayloadKey[];

const KEY_BYTES = 32;
const BASE64 = /^[A-Za-z0-9+/]{43}=$/;

/** Names a key without telling anything of it (HKDF, RFC 5869). */
const idOf = (secret: Buffer): string =>
  Buffer.from(hkdfSync('sha256', secret, '', 'smart-etl payload key id', 8)).toString('hex');

/**
 * Reads the keys of payloads: one a line, 32 random bytes as base64; empty lines and those from # say nothing.
 *
 * @param file null: payloads are not encrypted
 * @throws BadTemporalSetting naming the file and line, with nothing of what is in it
 */
export function readPayloadKeys(file: string | null): PayloadKeys {
  if (file === null) return [];
  const said = `temporalPayloadKeysFile: ${file}`;
  const keys = textOf(file, said)
    .split(/\r?\n/)
    .flatMap((line, index): PayloadKey[] => {
      const word = line.trim();
      if (word === '' || word.startsWith('#')) return [];
      if (!BASE64.test(word)) {
        throw new BadTemporalSetting(
          `${said}: line ${index + 1}: expected ${KEY_BYTES} bytes as base64 (44 characters), found ${word.length} characters`,
        );
      }
      const secret = Buffer.from(word, 'base64');
      return [{ id: idOf(secret), secret }];
    });
  if (keys.length === 0) {
    throw new BadTemporalSetting(
      `${said}: expected a key of ${KEY_BYTES} bytes as base64 on a line, found none`,
    );
  }
  return keys;
}

function textOf(file: string, said: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new BadTemporalSetting(`${said}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
