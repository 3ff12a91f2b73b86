export interface Match<Path extends string> {
  path: Path;
  params: Record<string, string>;
}

/**
 * Finds the pattern that a path follows: `/jobs/12` follows `/jobs/:id`, with `id` 12. A slash at the end and text that
 * cannot be decoded match nothing.
 */
export function matchPath<Path extends string>(patterns: readonly Path[], path: string): Match<Path> | null {
  const parts = path.split('/');
  for (const pattern of patterns) {
    const names = pattern.split('/');
    if (names.length !== parts.length) continue;
    const params: Record<string, string> = {};
    const follows = names.every((name, index) => {
      const part = parts[index]!;
      if (!name.startsWith(':')) return name === part;
      const value = decoded(part);
      if (value === null || value === '') return false;
      params[name.slice(1)] = value;
      return true;
    });
    if (follows) return { path: pattern, params };
  }
  return null;
}

function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}
