/** What a tag of a version may be called. */
export const TAG_KEY = /^[A-Za-z0-9][A-Za-z0-9_./ -]{0,99}$/;
export const MOST_TAG_CHARACTERS = 1_000;

/**
 * Why a tag cannot be written on a version, or taken off; null: it can.
 *
 * @param value null: it is taken off
 */
export function tagRefusal(key: string, value: string | null): string | null {
  if (!TAG_KEY.test(key)) {
    return `tag "${key.slice(0, 100)}": expected 1 to 100 letters, digits, spaces and _ . / -`;
  }
  if (value !== null && value.length > MOST_TAG_CHARACTERS) {
    return `tag "${key}": expected at most ${MOST_TAG_CHARACTERS} characters, found ${value.length}`;
  }
  return null;
}
