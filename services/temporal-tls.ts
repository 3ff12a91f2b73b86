import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { BadTemporalSetting } from './bad-temporal-setting.ts';

export interface TemporalTlsSettings {
  /** Paths of PEM files. */
  temporalTlsCaFile: string | null;
  temporalTlsCertFile: string | null;
  temporalTlsKeyFile: string | null;
  temporalTlsServerName: string | null;
}

/** As the SDK takes it. */
export interface TemporalTls {
  serverRootCACertificate?: Buffer;
  serverNameOverride?: string;
  clientCertPair?: { crt: Buffer; key: Buffer };
}

/**
 * Reads how Temporal is spoken to over TLS; null: it is not.
 *
 * @throws BadTemporalSetting naming the setting whose file cannot be read or holds something else
 */
export function readTemporalTls(settings: TemporalTlsSettings): TemporalTls | null {
  const { temporalTlsCaFile: ca, temporalTlsCertFile, temporalTlsKeyFile, temporalTlsServerName } = settings;
  const pair = readPair(temporalTlsCertFile, temporalTlsKeyFile);
  if (ca === null && pair === null && temporalTlsServerName === null) return null;
  return {
    ...(ca !== null && { serverRootCACertificate: readCertificates('temporalTlsCaFile', ca).pem }),
    ...(temporalTlsServerName !== null && { serverNameOverride: temporalTlsServerName }),
    ...(pair !== null && { clientCertPair: pair }),
  };
}

function readPair(certFile: string | null, keyFile: string | null): { crt: Buffer; key: Buffer } | null {
  if (certFile === null || keyFile === null) return null;
  const { pem: crt, first } = readCertificates('temporalTlsCertFile', certFile);
  const key = readPem('temporalTlsKeyFile', keyFile);
  let parsed: KeyObject;
  try {
    parsed = createPrivateKey(key);
  } catch {
    // What the parser says of a key may quote it.
    throw wrong('temporalTlsKeyFile', keyFile, 'expected a private key as PEM without a passphrase');
  }
  if (!first.checkPrivateKey(parsed)) {
    throw wrong('temporalTlsKeyFile', keyFile, `it is not the key of the certificate in ${certFile}`);
  }
  return { crt, key };
}

function readCertificates(setting: string, file: string): { pem: Buffer; first: X509Certificate } {
  const pem = readPem(setting, file);
  const found = pem.toString('latin1').match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  try {
    const [first] = (found ?? []).map((text) => new X509Certificate(text));
    if (first !== undefined) return { pem, first };
  } catch {
    // Said below.
  }
  throw wrong(setting, file, 'expected certificates as PEM, found something else');
}

function readPem(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw wrong(setting, file, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

const wrong = (setting: string, file: string, what: string): BadTemporalSetting =>
  new BadTemporalSetting(`${setting}: ${file}: ${what}`);

/** What a client says first, with settings that change nothing: RFC 9113, 3.4 and 6.5. */
const HTTP2_BEGINNING = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);

/**
 * Shakes hands with Temporal once and lets go. The clients of the SDK try a handshake that can never succeed until their
 * time is over, and then say that nobody answered: this finds out what is wrong, and that it stays so.
 *
 * @throws BadTemporalSetting when one side does not trust the other; nothing else is told: the SDK finds it out itself
 */
export async function requireTrust(address: string, tls: TemporalTls, timeoutMs: number): Promise<void> {
  const { serverRootCACertificate: ca, serverNameOverride: servername, clientCertPair: pair } = tls;
  const at = address.lastIndexOf(':');
  const [host, port] = [address.slice(0, at), Number(address.slice(at + 1))];
  const { promise, resolve } = Promise.withResolvers<NodeJS.ErrnoException | null>();
  const socket = connect({
    ...{ host, port, ALPNProtocols: ['h2'] },
    ...(ca && { ca }),
    ...(servername ? { servername } : isIP(host) === 0 && { servername: host }),
    ...(pair && { cert: pair.crt, key: pair.key }),
  });
  // With TLS 1.3 a server refuses a client after the handshake: only what it says then shows that it took it.
  socket.once('secureConnect', () => socket.write(HTTP2_BEGINNING));
  socket.once('data', () => resolve(null));
  socket.once('error', resolve);
  socket.once('close', () => resolve(null));
  const timer = setTimeout(resolve, timeoutMs, null);
  const error = await promise;
  clearTimeout(timer);
  socket.on('error', () => {});
  socket.destroy();
  const reason = error && distrust(error, servername ?? host);
  if (reason) throw new BadTemporalSetting(`Temporal at ${address}: ${reason}`);
}

/** What a failed handshake means, by the codes of Node and OpenSSL; null: that it may succeed the next time. */
function distrust({ code = '' }: NodeJS.ErrnoException, name: string): string | null {
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return `its certificate is not for ${name}: see temporalTlsServerName`;
  }
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return `its certificate is not valid now (${code})`;
  }
  if (/^(UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|CERT_|INVALID_CA|ERROR_IN_CERT)/.test(code)) {
    return `its certificate is not vouched for by an authority of temporalTlsCaFile (${code})`;
  }
  if (
    /^ERR_SSL_.*(ALERT_.*CERTIFICATE|ALERT_UNKNOWN_CA|ALERT_ACCESS_DENIED|ALERT_HANDSHAKE_FAILURE)/.test(code)
  ) {
    return `it refuses our certificate: see temporalTlsCertFile (${code})`;
  }
  if (/^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)/.test(code)) {
    return `it does not speak TLS, which temporalTlsCaFile, temporalTlsCertFile or temporalTlsServerName ask for (${code})`;
  }
  return null;
}
