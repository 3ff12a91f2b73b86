/** Tokens of programs. Every change is in the audit log, and no token is. */

import type { Queryable } from '../pool.ts';
import { saveAuditEntry } from './audit-log.ts';
import type { Decision, RoleName } from './users.ts';

export interface ApiToken {
  id: number;
  name: string;
  role: RoleName;
  createdAt: Date;
  createdBy: string;
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** To the hour. */
  lastUsedAt: Date | null;
}

/** There is no token of this name. */
export class UnknownToken extends Error {
  override name = 'UnknownToken';
}

/** All tokens, the newest first; revoked and expired ones too. */
export async function readTokens(client: Queryable): Promise<ApiToken[]> {
  const { rows } = await client.query<ApiToken>(
    `select id, name, role, created_at as "createdAt", created_by as "createdBy", expires_at as "expiresAt",
       revoked_at as "revokedAt", last_used_at as "lastUsedAt" from api_token order by id desc`,
  );
  return rows;
}

/** Keeps a new token by its hash, and returns when it expires; 'taken' when the name is. Belongs in a transaction. */
export async function addToken(
  client: Queryable,
  token: { name: string; role: RoleName; sha256: string; lastsMs: number | null },
  { who, why }: Decision,
): Promise<{ expiresAt: Date | null } | 'taken'> {
  const { rows } = await client.query<{ expiresAt: Date | null }>(
    `insert into api_token (name, role, token_sha256, created_by, expires_at)
     values ($1, $2, $3, $4, now() + $5 * interval '1 millisecond')
     on conflict (name) do nothing returning expires_at as "expiresAt"`,
    [token.name, token.role, token.sha256, who, token.lastsMs],
  );
  if (rows[0] === undefined) return 'taken';
  const { expiresAt } = rows[0];
  await saveAuditEntry(client, {
    ...{ who, action: 'token.create', subject: `token ${token.name}`, why },
    ...{ before: null, after: { role: token.role, expiresAt }, workflowId: null },
  });
  return { expiresAt };
}

/** Takes a token back; false when that was so already. Belongs in a transaction. @throws UnknownToken */
export async function revokeToken(client: Queryable, name: string, { who, why }: Decision): Promise<boolean> {
  const { rows } = await client.query<{ id: number; role: RoleName; revokedAt: Date | null }>(
    'select id, role, revoked_at as "revokedAt" from api_token where name = $1 for update',
    [name],
  );
  const [token] = rows;
  if (token === undefined) throw new UnknownToken(`there is no token "${name}"`);
  if (token.revokedAt !== null) return false;
  await client.query('update api_token set revoked_at = now() where id = $1', [token.id]);
  await saveAuditEntry(client, {
    ...{ who, action: 'token.revoke', subject: `token ${name}`, why },
    ...{ before: { role: token.role }, after: { revoked: true }, workflowId: null },
  });
  return true;
}
