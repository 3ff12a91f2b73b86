/** People who log in with a password. Every change is in the audit log, and no password is. */

import type { Queryable } from '../pool.ts';
import { saveAuditEntry } from './audit-log.ts';
import type { FoundIdentity } from './door.ts';

export type RoleName = FoundIdentity['role'];

export interface User {
  id: number;
  name: string;
  role: RoleName;
  createdAt: Date;
  createdBy: string;
  passwordChangedAt: Date;
  disabledAt: Date | null;
  /** Browsers in which they are logged in. */
  sessions: number;
}

/** Who changes it and why. */
export interface Decision {
  who: string;
  why: string;
}

/** Nobody has this name. */
export class UnknownUser extends Error {
  override name = 'UnknownUser';
}

/** All users, by name. */
export async function readUsers(client: Queryable): Promise<User[]> {
  const { rows } = await client.query<User>(
    `select id, name, role, created_at as "createdAt", created_by as "createdBy",
       password_changed_at as "passwordChangedAt", disabled_at as "disabledAt",
       (select count(*) from web_session where user_id = app_user.id and ended_at is null and ends_at > now()) as sessions
     from app_user order by lower(name)`,
  );
  return rows;
}

/** Adds a user; false when the name is taken. Belongs in a transaction, as all below. */
export async function addUser(
  client: Queryable,
  user: { name: string; role: RoleName; passwordHash: string },
  decision: Decision,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into app_user (name, role, password, created_by) values ($1, $2, $3, $4) on conflict do nothing`,
    [user.name, user.role, user.passwordHash, decision.who],
  );
  if (rowCount === 0) return false;
  await note(client, 'user.add', user.name, decision, null, { role: user.role });
  return true;
}

/** Gives a user another role, which counts from the next request on. @throws UnknownUser */
export async function changeRole(
  client: Queryable,
  name: string,
  role: RoleName,
  decision: Decision,
): Promise<void> {
  const before = await lockUser(client, name);
  await client.query('update app_user set role = $2 where id = $1', [before.id, role]);
  await note(client, 'user.role', before.name, decision, { role: before.role }, { role });
}

/** Sets a password, lets the user in again if disabled, and ends all their sessions. @throws UnknownUser */
export async function changePassword(
  client: Queryable,
  name: string,
  passwordHash: string,
  decision: Decision,
): Promise<void> {
  const before = await lockUser(client, name);
  await client.query(
    'update app_user set password = $2, password_changed_at = now(), disabled_at = null where id = $1',
    [before.id, passwordHash],
  );
  const sessionsEnded = await endSessions(client, before.id);
  const was = { disabled: before.disabledAt !== null };
  await note(client, 'user.password', before.name, decision, was, { disabled: false, sessionsEnded });
}

/** Lets a user in no more and ends all their sessions. @throws UnknownUser */
export async function disableUser(client: Queryable, name: string, decision: Decision): Promise<void> {
  const before = await lockUser(client, name);
  await client.query('update app_user set disabled_at = coalesce(disabled_at, now()) where id = $1', [
    before.id,
  ]);
  const sessionsEnded = await endSessions(client, before.id);
  const was = { disabled: before.disabledAt !== null };
  await note(client, 'user.disable', before.name, decision, was, { disabled: true, sessionsEnded });
}

/** Logs somebody out everywhere, whoever said who they are: us or an OpenID provider. Returns how many sessions ended. */
export async function logOutEverywhere(client: Queryable, who: string, decision: Decision): Promise<number> {
  const { rowCount } = await client.query(
    'update web_session set ended_at = now() where lower(who) = lower($1) and ended_at is null and ends_at > now()',
    [who],
  );
  const sessionsEnded = rowCount ?? 0;
  await note(client, 'user.logout', who, decision, null, { sessionsEnded });
  return sessionsEnded;
}

async function endSessions(client: Queryable, userId: number): Promise<number> {
  const { rowCount } = await client.query(
    'update web_session set ended_at = now() where user_id = $1 and ended_at is null',
    [userId],
  );
  return rowCount ?? 0;
}

async function lockUser(client: Queryable, name: string) {
  const { rows } = await client.query<{ id: number; name: string; role: RoleName; disabledAt: Date | null }>(
    'select id, name, role, disabled_at as "disabledAt" from app_user where lower(name) = lower($1) for update',
    [name],
  );
  if (rows[0] === undefined) throw new UnknownUser(`there is no user "${name}"`);
  return rows[0];
}

const note = (
  client: Queryable,
  action: string,
  name: string,
  { who, why }: Decision,
  before: unknown,
  after: unknown,
): Promise<void> =>
  saveAuditEntry(client, { who, action, subject: `user ${name}`, why, before, after, workflowId: null });
