import { randomBytes, scryptSync } from 'node:crypto';
import { addToken } from '../db/access/api-tokens.ts';
import { beginSession } from '../db/access/door.ts';
import { addUser, type RoleName } from '../db/access/users.ts';
import { type Pool, withTransaction } from '../db/pool.ts';
import { newToken, randomSecret, secretHash } from '../services/token-text.ts';

const BY_TEST = { who: 'test', why: 'for a test' };

/** A kept password that is checked in a millisecond instead of a third of a second. */
export function cheapHash(password: string): string {
  const salt = randomBytes(16);
  const hash = scryptSync(password.normalize('NFKC'), salt, 32, { N: 1_024, r: 8, p: 1 });
  return ['scrypt', 1_024, 8, 1, salt.toString('base64url'), hash.toString('base64url')].join('$');
}

/** Adds a user and returns their id. */
export async function aUser(pool: Pool, name: string, role: RoleName, password: string): Promise<number> {
  await withTransaction(pool, (client) =>
    addUser(client, { name, role, passwordHash: cheapHash(password) }, BY_TEST),
  );
  const { rows } = await pool.query<{ id: number }>('select id from app_user where name = $1', [name]);
  return rows[0]!.id;
}

/** Makes a token. */
export async function aToken(pool: Pool, name: string, role: RoleName): Promise<string> {
  const token = newToken();
  const kept = { name, role, sha256: secretHash(token), lastsMs: null };
  await withTransaction(pool, (client) => addToken(client, kept, BY_TEST));
  return token;
}

/** Logs a user in, as a browser that says its cookie and where it comes from. */
export async function aBrowser(pool: Pool, userId: number): Promise<Record<string, string>> {
  const cookie = randomSecret();
  await beginSession(pool, {
    cookieSha256: secretHash(cookie),
    of: { userId },
    lastsMs: 3_600_000,
    address: '127.0.0.1',
    replacedSha256: null,
  });
  return { cookie: `setl_session=${cookie}`, 'sec-fetch-site': 'same-origin' };
}
