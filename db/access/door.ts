/** Who comes in: the functions of 0022 by which the API asks and notes, and can do nothing else about users and tokens. */
import type { Queryable } from '../pool.ts';

export interface FoundIdentity {
  id: number;
  name: string;
  role: 'viewer' | 'operator' | 'ml-engineer' | 'admin';
  state: 'valid' | 'expired' | 'revoked' | 'ended';
  /** That it was used is worth noting. */
  stale: boolean;
}

/** Whether a user or a token was ever made. */
export async function loginExists(client: Queryable): Promise<boolean> {
  const { rows } = await client.query<{ exists: boolean }>('select login_exists() as exists');
  return rows[0]!.exists;
}

/** Who brings a token, by its hash; null for an unknown one. */
export async function identityOfToken(client: Queryable, sha256: string): Promise<FoundIdentity | null> {
  const { rows } = await client.query<FoundIdentity>('select * from identity_of_token($1)', [sha256]);
  return rows[0] ?? null;
}

/** Who brings a session cookie, by its hash; null for an unknown one. Unused for `idleMs` it is over. */
export async function identityOfSession(
  client: Queryable,
  sha256: string,
  idleMs: number,
): Promise<FoundIdentity | null> {
  const { rows } = await client.query<FoundIdentity>(
    `select * from identity_of_session($1, $2 * interval '1 millisecond')`,
    [sha256, idleMs],
  );
  return rows[0] ?? null;
}

/** Notes that a token or a session was used now. */
export async function noteUse(client: Queryable, kind: 'token' | 'session', id: number): Promise<void> {
  await client.query('select note_identity_use($1, $2)', [kind, id]);
}

/** The user of a name who may log in, and what the password is checked against. */
export async function passwordOf(
  client: Queryable,
  name: string,
): Promise<{ id: number; name: string; password: string } | null> {
  const { rows } = await client.query<{ id: number; name: string; password: string }>(
    'select * from password_of($1)',
    [name],
  );
  return rows[0] ?? null;
}

export interface NewSession {
  cookieSha256: string;
  /** A user who gave their password, or somebody of whom an OpenID provider told. */
  of: { userId: number } | { who: string; role: FoundIdentity['role'] };
  lastsMs: number;
  address: string;
  /** Of the session that the browser had. */
  replacedSha256: string | null;
}

/** Logs in, with an entry in the audit log. */
export async function beginSession(client: Queryable, session: NewSession): Promise<void> {
  const { of } = session;
  const [userId, who, role] = 'userId' in of ? [of.userId, null, null] : [null, of.who, of.role];
  await client.query(`select begin_session($1, $2, $3, $4, $5 * interval '1 millisecond', $6, $7)`, [
    session.cookieSha256,
    userId,
    who,
    role,
    session.lastsMs,
    session.address,
    session.replacedSha256,
  ]);
}

/** Logs out, with an entry in the audit log; false when that was so already. */
export async function endSession(client: Queryable, sha256: string, address: string): Promise<boolean> {
  const { rows } = await client.query<{ ended: boolean }>('select end_session($1, $2) as ended', [
    sha256,
    address,
  ]);
  return rows[0]!.ended;
}

/** Notes in the audit log that a log-in was refused; a name that nobody has is not kept. */
export async function refuseLogin(
  client: Queryable,
  refused: { name: string; address: string; why: string },
): Promise<void> {
  await client.query('select refuse_login($1, $2, $3)', [refused.name, refused.address, refused.why]);
}
