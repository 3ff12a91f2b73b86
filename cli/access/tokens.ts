/** `smart-etl token`: what programs bring to the API. */
import { loadConfig } from '../../config.ts';
import { addToken, readTokens, revokeToken } from '../../db/access/api-tokens.ts';
import type { RoleName } from '../../db/access/users.ts';
import { withTransaction } from '../../db/pool.ts';
import { newToken, secretHash } from '../../services/token-text.ts';
import { withDatabase } from '../connections.ts';
import { decisionOf } from '../data/quarantine.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { ConflictError } from '../options/usage-error.ts';
import { textTable } from '../text-table.ts';
import { nameOption } from './role-option.ts';

interface Decided {
  who?: string;
  why?: string;
  json?: boolean;
}

/** `token create`: makes a token and prints it, this once. */
export async function createToken(
  options: { name: string; role: RoleName; expires?: number } & Decided,
): Promise<ExitCode> {
  const name = nameOption(options.name);
  const decision = decisionOf(options, 'made on the command line');
  const token = newToken();
  const kept = { name, role: options.role, sha256: secretHash(token), lastsMs: options.expires ?? null };
  const added = await withDatabase(loadConfig(), (pool) =>
    withTransaction(pool, (client) => addToken(client, kept, decision)),
  );
  if (added === 'taken')
    throw new ConflictError(`there is or was a token "${name}"; a name is used once, for the audit log`);
  const { expiresAt } = added;
  if (options.json) console.log(JSON.stringify({ name, role: options.role, expiresAt, token }));
  else {
    console.log(token);
    console.error(
      `${name}: ${options.role}, ${expiresAt === null ? 'never expires' : `until ${expiresAt.toISOString()}`}. It is shown this once; only its hash is kept.`,
    );
  }
  return EXIT.ok;
}

/** `token list`: names, roles and what became of them. */
export async function listTokens({ json }: { json?: boolean }): Promise<ExitCode> {
  const tokens = await withDatabase(loadConfig(), readTokens);
  if (json) console.log(JSON.stringify({ items: tokens }));
  else if (tokens.length === 0) console.log('no token was made');
  else {
    const day = (at: Date | null) => at?.toISOString().slice(0, 10) ?? 'never';
    const state = ({ revokedAt, expiresAt }: (typeof tokens)[number]) =>
      revokedAt !== null
        ? `revoked ${day(revokedAt)}`
        : expiresAt === null
          ? 'valid'
          : `${expiresAt.getTime() <= Date.now() ? 'expired' : 'valid until'} ${day(expiresAt)}`;
    console.log(
      textTable(
        ['name', 'role', 'state', 'last used'],
        tokens.map((token) => [token.name, token.role, state(token), day(token.lastUsedAt)]),
      ),
    );
  }
  return EXIT.ok;
}

/** `token revoke NAME`: opens nothing any more, from the next request on. */
export async function revokeNamedToken(name: string, options: Decided): Promise<ExitCode> {
  const decision = decisionOf(options, 'revoked on the command line');
  const changed = await withDatabase(loadConfig(), (pool) =>
    withTransaction(pool, (client) => revokeToken(client, name, decision)),
  );
  if (options.json) console.log(JSON.stringify({ name, revoked: true, changed }));
  else console.log(changed ? `${name} opens nothing any more` : `${name} was revoked already`);
  return EXIT.ok;
}
