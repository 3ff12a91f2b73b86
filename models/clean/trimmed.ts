/** `text.trim()`, quickly answered where nothing is to be trimmed. */
export function trimmed(text: string): string {
  const first = text.charCodeAt(0);
  const last = text.charCodeAt(text.length - 1);
  // Written so that the NaN of an empty text goes the long way.
  return first > 32 && first < 127 && last > 32 && last < 127 ? text : text.trim();
}
