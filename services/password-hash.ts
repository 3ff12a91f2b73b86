/** Passwords as they are kept: scrypt with a salt of its own (RFC 7914). */
import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** 64 MB and about a third of a second: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html */
const COST = { N: 2 ** 16, r: 8, p: 2 } as const;
const HASH_BYTES = 32;
const SALT_BYTES = 16;
/** What a stored hash may ask of this machine, whoever wrote it. */
const MOST_BYTES = 256 * 1024 ** 2;

export const LEAST_PASSWORD = 12;
export const LONGEST_PASSWORD = 200;

/** Why nobody may have this password; null: they may. Letters are counted as people see them. */
export function weaknessOf(password: string, name: string): string | null {
  const length = [...password].length;
  if (length < LEAST_PASSWORD || length > LONGEST_PASSWORD) {
    return `a password has ${LEAST_PASSWORD} to ${LONGEST_PASSWORD} characters, found ${length}`;
  }
  if (new Set(password).size < 5) return 'a password has at least 5 different characters';
  if (password.toLowerCase().includes(name.toLowerCase()) && name.length > 3) {
    return 'a password does not contain the name of its user';
  }
  return null;
}

/** `scrypt$N$r$p$salt$hash`, the last two in base64url: what is kept of a password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derived(password, salt, HASH_BYTES, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/**
 * Whether it is the password of which that was kept. Without one (an unknown user) the answer is no after the same
 * work, so that the time does not tell which names there are.
 */
export async function isPassword(password: string, kept: string | null): Promise<boolean> {
  const parts = /^scrypt\$(\d{1,9})\$(\d{1,3})\$(\d{1,3})\$([\w-]{16,})\$([\w-]{43,})$/.exec(kept ?? '');
  const [N, r, p] = parts ? parts.slice(1, 4).map(Number) : [COST.N, COST.r, COST.p];
  const salt = parts ? Buffer.from(parts[4]!, 'base64url') : Buffer.alloc(SALT_BYTES);
  const expected = parts ? Buffer.from(parts[5]!, 'base64url') : Buffer.alloc(HASH_BYTES);
  const bounded = password.slice(0, LONGEST_PASSWORD * 2);
  const found = await derived(bounded, salt, expected.length, { N, r, p } as ScryptOptions);
  return timingSafeEqual(found, expected) && parts !== null && bounded === password;
}

const derived = (password: string, salt: Buffer, bytes: number, cost: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    // The same letters typed on another keyboard are the same password.
    scrypt(password.normalize('NFKC'), salt, bytes, { ...cost, maxmem: MOST_BYTES }, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
