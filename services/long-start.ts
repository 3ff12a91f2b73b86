/** Enough to see the dialect and a header after a long preamble. */
const START_BYTES = 64 * 1024;

/** Joins the first chunks to what a reader wants to see before it is opened; the others pass as they are. */
export async function* withLongStart(
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<{ bytes: Buffer; complete: boolean }> {
  let start: Buffer[] | null = [];
  let startBytes = 0;
  for await (const chunk of chunks) {
    if (start === null) {
      yield { bytes: chunk, complete: false };
      continue;
    }
    start.push(chunk);
    startBytes += chunk.length;
    if (startBytes < START_BYTES) continue;
    yield { bytes: Buffer.concat(start), complete: false };
    start = null;
  }
  if (start !== null) yield { bytes: Buffer.concat(start), complete: true };
}
