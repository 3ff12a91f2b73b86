/** Which addresses may be posted to. Pure; what a name resolves to is found out in outgoing.ts. */
import { BlockList, isIP } from 'node:net';

export interface OutgoingRules {
  /** Hosts (`*.example.org` too), addresses and networks; nothing else is reached. Null: whatever is not refused below. */
  only: readonly string[] | null;
  /** Addresses and networks that are loopback, link-local or the like, and may be reached all the same. */
  local: readonly string[];
  /** Hosts, addresses and networks that may be spoken to without TLS. */
  http: readonly string[];
}

export const OUTGOING_DEFAULTS: OutgoingRules = { only: null, local: [], http: [] };

/**
 * Where nobody's receiver is: this machine itself, what a cloud tells its machines, groups. IANA's registries of special
 * purpose (RFC 6890) and the documented metadata addresses of the clouds. Private networks are not among them: that is
 * where receivers of an own house are.
 */
const REFUSED: readonly (readonly [kind: string, networks: readonly string[]])[] = [
  ['loopback', ['127.0.0.0/8', '::1']],
  [
    'a metadata service',
    ['169.254.169.254', 'fd00:ec2::/32', 'fd20:ce::/64', '100.100.100.200', '192.0.0.192'],
  ],
  ['link-local', ['169.254.0.0/16', 'fe80::/10', 'fec0::/10']],
  ['unspecified', ['0.0.0.0/8', '::']],
  ['multicast or broadcast', ['224.0.0.0/4', 'ff00::/8', '240.0.0.0/4']],
  ['reserved', ['192.0.0.0/24']],
];

/** An address or a network, such as 10.0.0.0/8. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || address.includes('%') || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

/** A name, with `*.` before it for all names below. */
export const isHostPattern = (text: string): boolean =>
  /^(\*\.)?[a-z0-9_]([a-z0-9_-]{0,62})(\.[a-z0-9_-]{1,63})*$/i.test(text) && !/^[\d.]+$/.test(text);

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks.filter(isNetwork)) {
    const [address = '', bits] = network.split('/');
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6';
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return list;
}

const REFUSED_LISTS = REFUSED.map(([kind, networks]) => ({ kind, list: listOf(networks) }));

const LOOPBACK = REFUSED_LISTS[0]!.list;

/** RFC 6761, section 6.3. */
const loopbackNamed = (host: string): string[] | null =>
  /(^|\.)localhost$/i.test(host) ? ['127.0.0.1'] : null;

/** `[::1]` and `example.org.` as they are looked up. */
export const bareHost = (url: URL): string => url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

/**
 * The address itself, and the IPv4 address that is written within one of IPv6: mapped and compatible (RFC 4291, section
 * 2.5.5), translated (RFC 6052), 6to4 (RFC 3056). What carries an address elsewhere is that address.
 */
function meantBy(address: string): string[] {
  if (isIP(address) !== 6) return [address];
  const words = wordsOf(address);
  const dotted = (high: number, low: number) => [high >> 8, high & 255, low >> 8, low & 255].join('.');
  const startsWith = (...start: number[]) => start.every((word, index) => words[index] === word);
  const last = dotted(words[6]!, words[7]!);
  if (startsWith(0, 0, 0, 0, 0, 0xffff) || startsWith(0, 0, 0, 0, 0xffff, 0)) return [last];
  if (startsWith(0x64, 0xff9b)) return [address, last];
  if (startsWith(0x2002)) return [address, dotted(words[1]!, words[2]!)];
  // `::` and `::1` are themselves.
  return startsWith(0, 0, 0, 0, 0, 0) && words[6] !== 0 ? [address, last] : [address];
}

function wordsOf(address: string): number[] {
  // The parser of URLs writes every form the same way, dotted ends as hexadecimal words.
  const written = new URL(`http://[${address.split('%')[0]}]/`).hostname.slice(1, -1);
  const [start = '', end] = written.split('::');
  const words = (text: string) =>
    text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16));
  const [before, after] = [words(start), words(end ?? '')];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

const isIn = (list: BlockList, address: string): boolean =>
  list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');

const matchesName = (host: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => {
    const [name, wanted] = [host.toLowerCase(), pattern.toLowerCase()];
    return wanted.startsWith('*.') ? name.endsWith(wanted.slice(1)) : name === wanted;
  });

/**
 * Why an address may not be reached, in words that name the setting and nothing but the host; null: it may.
 *
 * @param addresses what the host resolves to; null: not known yet, and only what is certain without is refused
 */
export function refusalOf(
  url: URL,
  addresses: readonly string[] | null,
  rules: OutgoingRules,
): string | null {
  const host = bareHost(url);
  if (!['http:', 'https:'].includes(url.protocol)) return `${url.protocol} is neither https nor http`;
  if (url.username !== '' || url.password !== '') return `a user or password within the address of ${host}`;
  const known = (isIP(host) > 0 ? [host] : (addresses ?? loopbackNamed(host)))?.flatMap(meantBy) ?? null;
  /** By name, or with every address that is known; not known is not yet refused. */
  const fits = (patterns: readonly string[]): boolean => {
    if (matchesName(host, patterns)) return true;
    const list = listOf(patterns);
    return known === null ? patterns.some(isNetwork) : known.every((address) => isIn(list, address));
  };
  if (rules.only !== null && !fits(rules.only)) return `${host} is not in outgoing.only`;
  const allowed = listOf(rules.local);
  for (const address of known ?? []) {
    const kind = REFUSED_LISTS.find(({ list }) => isIn(list, address))?.kind;
    if (kind !== undefined && !isIn(allowed, address)) {
      return `${host} is ${kind}${address === host ? '' : ` (${address})`}, which outgoing.local does not allow`;
    }
  }
  if (url.protocol === 'https:' || fits(rules.http)) return null;
  // What stays on this machine needs no encryption; only where loopback is allowed can a name turn out to be that.
  const mayStayHere =
    known === null ? rules.local.length > 0 : known.every((address) => isIn(LOOPBACK, address));
  if (mayStayHere) return null;
  return `http to ${host} is not encrypted: use https, or name the host in outgoing.http`;
}
