/** A page could not be read. Trying again helps when the server is back. */
export class PageUnavailable extends Error {
  override name = 'PageUnavailable';
}

/** A busy server has some hundred kilobytes. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 5_000;

/**
 * The text of a page of metrics. Redirections are not followed: an address that was configured is the one that is read.
 *
 * @throws PageUnavailable; what it says holds no part of the address, which may hold a password
 */
export async function fetchMetricsPage(url: string): Promise<string> {
  let response: Response;
  const chunks: Uint8Array[] = [];
  try {
    response = await fetch(url, {
      redirect: 'error',
      headers: { accept: 'text/plain;version=0.0.4' },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status !== 200) throw new PageUnavailable(`expected status 200, found ${response.status}`);
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > MAX_PAGE_BYTES)
        throw new PageUnavailable(`expected at most ${MAX_PAGE_BYTES} bytes, found more`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof PageUnavailable) throw error;
    const { name, cause } = error as Error;
    const code = (cause as NodeJS.ErrnoException | undefined)?.code;
    throw new PageUnavailable(
      name === 'TimeoutError' ? `no answer in ${TIMEOUT_MS / 1000} s` : (code ?? 'no answer'),
    );
  }
  return Buffer.concat(chunks).toString('utf8');
}
