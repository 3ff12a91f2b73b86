/** Who asks: each of the four roles, and nobody; and at which doors they are let in. */
import { mayDo, ROLES, ROUTE_ROLES } from '../../api/access/roles.ts';
import { addToken } from '../../db/access/api-tokens.ts';
import { type Pool, withTransaction } from '../../db/pool.ts';
import { newToken, secretHash } from '../../services/token-text.ts';

export const IDENTITIES = [...ROLES, 'nobody'] as const;
export type IdentityName = (typeof IDENTITIES)[number];

export interface Identity {
  name: IdentityName;
  /** All of the same role: each may change only so much a minute. Empty: nobody. */
  tokens: readonly string[];
}

export type Door = 'open' | 'allowed' | 'refused';

/** Makes tokens for one who asks. */
export async function createIdentity(pool: Pool, name: IdentityName, tokens: number): Promise<Identity> {
  if (name === 'nobody') return { name, tokens: [] };
  const made = Array.from({ length: tokens }, newToken);
  await withTransaction(pool, async (client) => {
    for (const [index, token] of made.entries()) {
      const kept = { name: `conform-${name}-${index}`, role: name, sha256: secretHash(token), lastsMs: null };
      await addToken(client, kept, { who: 'conform', why: 'holds the API against its document' });
    }
  });
  return { name, tokens: made };
}

/** What becomes of somebody at each operation, as `GET /v1/runs/{jobId}/{runKey}`; HEAD is as GET. */
export function doorsOf(name: IdentityName): Record<string, Door> {
  const doors = Object.entries(ROUTE_ROLES).flatMap(([route, need]): [string, Door][] => {
    const operation = route.replace(/:(\w+)/g, '{$1}');
    const role = need === 'page' ? 'viewer' : need;
    const door: Door =
      role === 'open' ? 'open' : name !== 'nobody' && mayDo(name, role) ? 'allowed' : 'refused';
    return [[operation, door], ...(/^GET /.test(operation) ? [headOf(operation, door)] : [])];
  });
  return Object.fromEntries(doors);
}

const headOf = (operation: string, door: Door): [string, Door] => [operation.replace('GET', 'HEAD'), door];
