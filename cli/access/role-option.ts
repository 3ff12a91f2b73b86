import type { RoleName } from '../../db/access/users.ts';
import { UsageError } from '../options/usage-error.ts';

const ROLES: readonly string[] = ['viewer', 'operator', 'ml-engineer', 'admin'] satisfies RoleName[];

/** A role by its name. @throws UsageError naming those there are */
export function roleOption(text: string): RoleName {
  if (ROLES.includes(text)) return text as RoleName;
  throw new UsageError(`--role must be one of ${ROLES.join(', ')}, found "${text}"`);
}

/** A name as users and tokens have them. @throws UsageError */
export function nameOption(text: string, reserved: readonly string[] = []): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$/.test(text) && !reserved.includes(text.toLowerCase())) return text;
  throw new UsageError(
    `expected a name of at most 100 letters, digits and . _ @ -, which begins with a letter or a digit${
      reserved.length > 0 ? ` and is not ${reserved.join(', ')}` : ''
    }, found "${text.slice(0, 120)}"`,
  );
}

const UNITS_MS: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };
const LONGEST_DAYS = 3_650;

/** `12h`, `90d`, `4w` in milliseconds. @throws UsageError for anything else, nothing, and more than ten years */
export function lifetime(text: string): number {
  const [, count, unit] = /^(\d{1,6})([hdw])$/.exec(text) ?? [];
  const ms = Number(count) * (UNITS_MS[unit ?? ''] ?? Number.NaN);
  if (!(ms > 0 && ms <= LONGEST_DAYS * 86_400_000)) {
    throw new UsageError(
      `--expires must be such as 12h, 90d or 4w, at most ${LONGEST_DAYS}d, found "${text}"`,
    );
  }
  return ms;
}
