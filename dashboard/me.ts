import type { Role } from '../api/access/roles.ts';
import type { Me } from '../api/contract/access.ts';
import { element, find } from './element.ts';
import type { View } from './view.ts';

/** Sends whoever is not logged in, or no longer, to the page to log in, and back here afterwards. */
export function followLogin(response: Response): void {
  // Where there is no such page the browser asks by itself.
  const hasPage = response.headers.get('www-authenticate')?.startsWith('Bearer') ?? false;
  if (response.status !== 401 || !hasPage) return;
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/** Null where nobody can tell: the database is away. */
export async function readMe(): Promise<Me | null> {
  try {
    const response = await fetch('/v1/me', { headers: { accept: 'application/json' } });
    followLogin(response);
    return response.ok ? ((await response.json()) as Me) : null;
  } catch {
    return null;
  }
}

/** Whether somebody may do what a role may; while that is not known the server says so when they try. */
export const mayAs = ({ me }: View, role: Role): boolean => me === null || me.mayDo.includes(role);

/** Whether a change has to say who makes it: the server knows who is logged in. */
export const mustSayWho = ({ me }: View): boolean => me === null || me.kind === 'local';

/** Says who is logged in, with the way out. */
export function drawMe({ me, words }: View): void {
  const place = find('me');
  if (me === null || me.kind === 'local') {
    place.replaceChildren();
    return;
  }
  const leave = async () => {
    await fetch('/logout', { method: 'POST' });
    location.assign('/login');
  };
  const out = element('button', { type: 'button', class: 'plain', click: () => void leave() }, words.logOut);
  place.replaceChildren(`${me.who} · ${me.role} `, ...(me.kind === 'session' ? [out] : []));
}
