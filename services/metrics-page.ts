import { AddressRefused, createOutgoing } from './outgoing.ts';

/** A page could not be read. Trying again helps when the server is back. */
export class PageUnavailable extends Error {
  override name = 'PageUnavailable';
}

/** A busy server has some hundred kilobytes. */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 5_000;

/** Exporters speak http, also on this machine, and are asked without a secret; what tells secrets is still not reached. */
const outgoing = createOutgoing({ only: null, local: ['127.0.0.0/8', '::1'], http: ['0.0.0.0/0', '::/0'] });

/**
 * The text of a page of metrics. Redirections are not followed: an address that was configured is the one that is read.
 *
 * @throws PageUnavailable; what it says holds no part of the address, which may hold a password
 */
export async function fetchMetricsPage(url: string): Promise<string> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  const chunks: Uint8Array[] = [];
  try {
    response = await outgoing(url, {
      headers: { accept: 'text/plain;version=0.0.4' },
      signal,
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
    if (error instanceof AddressRefused) throw new PageUnavailable(error.message);
    const { code } = error as NodeJS.ErrnoException;
    throw new PageUnavailable(signal.aborted ? `no answer in ${TIMEOUT_MS / 1000} s` : (code ?? 'no answer'));
  }
  return Buffer.concat(chunks).toString('utf8');
}
