/**
 * The same function, remembering its last answers: a column of a log has few different words.
 * `limit` bounds the memory when it has many. Texts are copied, because a cut-out text keeps alive the whole
 * chunk that it was cut from.
 */
export function remembered<Result>(compute: (text: string) => Result, limit = 256): (text: string) => Result {
  const known = new Map<string, Result>();
  return (text) => {
    const hit = known.get(text);
    if (hit !== undefined) return hit;
    const result = compute(text);
    if (known.size >= limit) known.clear();
    if (text.length <= 64) known.set(ownCopy(text), result);
    return result;
  };
}

/** A text that keeps no other alive. */
function ownCopy(text: string): string {
  let copy = '';
  for (let at = 0; at < text.length; at++) copy += text[at];
  return copy;
}
