import { AddressRefused, connectionReason, type Outgoing } from './outgoing.ts';
import { MessageRefused, ReceiverBusy, withoutSecrets } from './receiver-answer.ts';

export interface HttpPost {
  /** A secret as a whole: who knows it may write there. */
  url: string;
  headers?: Record<string, string>;
  body: string;
  /** Not shown in what is said about it, beside the address. */
  secrets?: readonly string[];
  timeoutMs?: number;
}

/** Seconds, not minutes: a receiver that hangs is tried again later. */
const TIMEOUT_MS = 10_000;
/** Of an answer nobody reads more. */
const ANSWER_BYTES = 2_000;
const ANSWER_SHOWN = 300;
/** Who asks for more is asked again after this. */
const LONGEST_WAIT_MS = 3_600_000;

/**
 * Posts JSON and returns what the receiver answered, in one line. No receiver that we know asks to post elsewhere: a
 * redirect is refused, so that nobody but the host that was configured ever reads a message.
 *
 * @throws MessageRefused for 4xx except 408, 425 and 429, and for redirects; AddressRefused when the settings forbid it.
 * @throws ReceiverBusy for everything else, with the time it asks for.
 */
export async function postJson(outgoing: Outgoing, post: HttpPost): Promise<string> {
  const signal = AbortSignal.timeout(post.timeoutMs ?? TIMEOUT_MS);
  const said = (text: string): string =>
    withoutSecrets(text, [...partsOf(post.url), ...(post.secrets ?? [])]);
  const response = await request(outgoing, post, signal, said);
  const answer = said(await startOf(response, signal))
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, ANSWER_SHOWN);
  const status = `HTTP ${response.status}${answer === '' ? '' : `: ${answer}`}`;
  if (response.ok) return status;
  if (response.status >= 300 && response.status < 400) {
    throw new MessageRefused(`HTTP ${response.status}: redirected, which is not followed`);
  }
  const isPassing = [408, 425, 429].includes(response.status) || response.status >= 500;
  if (!isPassing) throw new MessageRefused(status);
  throw new ReceiverBusy(status, retryAfterMs(response));
}

async function request(
  outgoing: Outgoing,
  { url, headers, body, timeoutMs }: HttpPost,
  signal: AbortSignal,
  said: (text: string) => string,
): Promise<Response> {
  const { host } = new URL(url);
  try {
    return await outgoing(url, {
      method: 'POST',
      signal,
      headers: { 'content-type': 'application/json', 'user-agent': 'smart-etl', ...headers },
      body,
    });
  } catch (error) {
    if (error instanceof AddressRefused) throw error;
    if (signal.aborted) throw new ReceiverBusy(`${host} did not answer in ${timeoutMs ?? TIMEOUT_MS} ms`);
    throw new ReceiverBusy(said(`cannot reach ${host}: ${connectionReason(error)}`));
  }
}

/** The beginning of a body; the rest is never read. What breaks off has answered all the same. */
async function startOf(response: Response, signal: AbortSignal): Promise<string> {
  const reader = response.body?.getReader();
  if (reader === undefined) return '';
  const parts: Uint8Array[] = [];
  let bytes = 0;
  try {
    while (bytes < ANSWER_BYTES && !signal.aborted) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      bytes += value.length;
    }
  } catch {
    // The status line has said whether it was accepted.
  } finally {
    await reader.cancel().catch(() => {});
  }
  return Buffer.concat(parts).subarray(0, ANSWER_BYTES).toString('utf8');
}

/** `Retry-After`: seconds or a date (RFC 9110, section 10.2.3). */
function retryAfterMs(response: Response): number | null {
  const told = response.headers.get('retry-after')?.trim() ?? '';
  if (/^\d{1,9}$/.test(told)) return Math.min(Number(told) * 1_000, LONGEST_WAIT_MS);
  const at = Date.parse(told);
  return Number.isNaN(at) ? null : Math.min(Math.max(at - Date.now(), 0), LONGEST_WAIT_MS);
}

/** The parts of an address that let somebody else write there. */
function partsOf(url: string): string[] {
  const { pathname, search, username, password } = new URL(url);
  return [url, pathname, ...pathname.split('/'), search, username, password];
}
