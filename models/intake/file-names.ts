import type { IntakeOptions } from './intake-options.ts';

/** Folder inside that of a source that pushed files go to. */
export const INBOX = 'inbox';

/** Files being written carry such names in most tools that write them. */
const UNFINISHED =
  /^\.|^~\$|~$|\.(tmp|temp|part|partial|crdownload|download|swp|filepart|writing|inprogress)$/i;

/** Whether a path inside the folder is of a hidden, temporary or half-written file. */
export const isUnfinishedName = (path: string): boolean =>
  path
    .split('/')
    .some((part, index, parts) =>
      index === parts.length - 1 ? UNFINISHED.test(part) : part.startsWith('.'),
    );

/**
 * The names, inside the folder, that a half-written file may get when it is finished: `x.csv` of `x.csv.part` and of
 * `.x.csv.a81Fq`. Empty for the name of a finished one.
 */
export function finishedNames(path: string): string[] {
  const base = baseOf(path);
  if (!UNFINISHED.test(base)) return [];
  const folder = path.slice(0, path.length - base.length);
  const bare = base.replace(/^(\.|~\$)/, '').replace(/(~|\.(tmp|temp|part|partial|filepart|swp))$/i, '');
  return [bare, bare.replace(/\.[^.]*$/, '')].filter((name) => name !== '').map((name) => folder + name);
}

const baseOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

/** A pattern of `*` and `?` as a test of names; capitals are small letters to it. */
export function matcherOf(patterns: readonly string[]): (name: string) => boolean {
  if (patterns.length === 0) return () => false;
  const sources = patterns.map((pattern) =>
    pattern
      .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replace(/\*+/g, '.*')
      .replaceAll('?', '.'),
  );
  const expression = new RegExp(`^(?:${sources.join('|')})$`, 'is');
  return (name) => expression.test(name);
}

/**
 * Of the names in a folder those that may be files to take, in their order.
 *
 * Patterns are matched against the last part of the path. With a marker configured only files that have it beside
 * them are named, and never the markers themselves.
 */
export function takeableNames(
  names: readonly string[],
  { only, ignore, marker }: Pick<IntakeOptions, 'only' | 'ignore' | 'marker'>,
): string[] {
  const isIgnored = matcherOf(ignore);
  const isWanted = only.length === 0 ? () => true : matcherOf(only);
  const present = marker === null ? null : new Set(names);
  return names.filter((name) => {
    const base = baseOf(name);
    if (isUnfinishedName(name) || isIgnored(base) || !isWanted(base)) return false;
    return present === null || (!base.endsWith(marker!) && present.has(name + marker));
  });
}
