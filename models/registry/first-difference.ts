/**
 * Where two JSON values differ first, as a path such as `week.model.trees[0].threshold[3]`, with what stands there; null:
 * they are equal. Numbers are equal when all their digits are.
 */
export function firstDifference(
  one: unknown,
  other: unknown,
  path = '',
): { path: string; one: unknown; other: unknown } | null {
  if (Object.is(one, other)) return null;
  if (Array.isArray(one) && Array.isArray(other)) {
    for (let i = 0; i < Math.max(one.length, other.length); i++) {
      const found = firstDifference(one[i], other[i], `${path}[${i}]`);
      if (found !== null) return found;
    }
    return null;
  }
  if (isObject(one) && isObject(other)) {
    for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
      const found = firstDifference(one[key], other[key], path === '' ? key : `${path}.${key}`);
      if (found !== null) return found;
    }
    return null;
  }
  return { path, one, other };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
