import { lookup } from 'node:dns/promises';
import { type IncomingMessage, request as requestOverHttp } from 'node:http';
import { request as requestOverHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { bareHost, OUTGOING_DEFAULTS, type OutgoingRules, refusalOf } from './outgoing-rules.ts';
import { MessageRefused } from './receiver-answer.ts';

/** The settings forbid to reach that address. Trying again cannot help. */
export class AddressRefused extends MessageRefused {
  override name = 'AddressRefused';
}

export interface ResolvedAddress {
  address: string;
  family: number;
}

type Resolve = (host: string) => Promise<ResolvedAddress[]>;

/** As `fetch`, to addresses that the settings allow. */
export type Outgoing = (url: string | URL, init: RequestInit) => Promise<Response>;

const resolveName: Resolve = (host) => lookup(host, { all: true, verbatim: true });
const WITHOUT_BODY = [204, 205, 304];

/**
 * Requests to configured addresses. A name is resolved once, all its addresses are held against the rules, and those are the
 * ones connected to: a name that resolves to something else a moment later changes nothing. The certificate is that of the
 * name. Redirects are not followed, connections not kept, proxies of the environment not used: they would resolve the name
 * again.
 *
 * @throws AddressRefused naming the setting; errors of the connection as Node has them; what the signal was aborted with.
 */
export function createOutgoing(
  rules: OutgoingRules = OUTGOING_DEFAULTS,
  { resolve = resolveName }: { resolve?: Resolve } = {},
): Outgoing {
  return async (address, init) => {
    const url = new URL(address);
    const host = bareHost(url);
    refuse(url, null, rules);
    const addresses = isIP(host) > 0 ? [{ address: host, family: isIP(host) }] : await resolve(host);
    refuse(
      url,
      addresses.map((one) => one.address),
      rules,
    );
    init.signal?.throwIfAborted();
    return send(new Request(url, init), addresses);
  };
}

function refuse(url: URL, addresses: readonly string[] | null, rules: OutgoingRules): void {
  const why = refusalOf(url, addresses, rules);
  if (why !== null) throw new AddressRefused(why);
}

async function send(request: Request, addresses: readonly ResolvedAddress[]): Promise<Response> {
  const url = new URL(request.url);
  const host = bareHost(url);
  const body = request.body === null ? null : Buffer.from(await request.arrayBuffer());
  const pinned: LookupFunction = (_name, { all }, done) => {
    if (all) done(null, [...addresses]);
    else done(null, addresses[0]!.address, addresses[0]!.family);
  };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const open = url.protocol === 'https:' ? requestOverHttps : requestOverHttp;
  const sent = open(url, {
    method: request.method,
    headers: {
      ...Object.fromEntries(request.headers),
      ...(body !== null && { 'content-length': String(body.length) }),
    },
    signal: request.signal,
    agent: false,
    lookup: pinned,
    ...(isIP(host) === 0 && { servername: host }),
  });
  sent.once('response', resolve);
  sent.on('error', (error) => reject(request.signal.aborted ? request.signal.reason : error));
  sent.end(body ?? undefined);
  return responseOf(await promise);
}

function responseOf(message: IncomingMessage): Response {
  const { statusCode = 0, rawHeaders } = message;
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2) headers.append(rawHeaders[at]!, rawHeaders[at + 1]!);
  if (statusCode < 200 || statusCode > 599) {
    message.destroy();
    throw new Error(`expected a status of HTTP, found ${statusCode}`);
  }
  if (!WITHOUT_BODY.includes(statusCode)) {
    return new Response(ReadableStream.from(message) as ReadableStream<Uint8Array>, {
      status: statusCode,
      headers,
    });
  }
  message.resume();
  return new Response(null, { status: statusCode, headers });
}

/** What went wrong with a connection, short: `ECONNREFUSED`. */
export const connectionReason = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code ?? (error as Error).message;
