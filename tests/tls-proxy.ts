import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, type Socket } from 'node:net';
import path from 'node:path';
import { createServer } from 'node:tls';

export interface Certificate {
  /** Paths of PEM files. */
  cert: string;
  key: string;
}

const openssl = (...words: string[]) => execFileSync('openssl', words, { stdio: 'ignore' });
const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
const pathsOf = (folder: string, name: string): Certificate => ({
  cert: path.join(folder, `${name}.pem`),
  key: path.join(folder, `${name}.key`),
});

/** An authority that vouches for itself, made by openssl. */
export function makeAuthority(folder: string, name: string): Certificate {
  const made = pathsOf(folder, name);
  openssl(
    'req',
    '-x509',
    ...CURVE,
    '-keyout',
    made.key,
    '-out',
    made.cert,
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
  );
  return made;
}

/** A certificate for a DNS name, signed by an authority. */
export function makeCertificate(folder: string, name: string, authority: Certificate): Certificate {
  const made = pathsOf(folder, name);
  const [request, extensions] = [path.join(folder, `${name}.csr`), path.join(folder, `${name}.ext`)];
  openssl('req', '-new', ...CURVE, '-keyout', made.key, '-out', request, '-subj', `/CN=${name}`);
  writeFileSync(extensions, `subjectAltName=DNS:${name}\n`);
  const signing = ['-CA', authority.cert, '-CAkey', authority.key, '-CAcreateserial', '-days', '2'];
  openssl('x509', '-req', '-in', request, ...signing, '-extfile', extensions, '-out', made.cert);
  return made;
}

/**
 * Takes TLS from those alone whose certificate an authority vouches for, and hands on what it carries, as the proxy or the
 * frontend of a Temporal cluster does.
 */
export async function openTlsProxy(
  target: string,
  { server, clients }: { server: Certificate; clients: Certificate },
): Promise<{ address: string; close(): Promise<void> }> {
  const [host, port] = target.split(':') as [string, string];
  const open = new Set<Socket>();
  const proxy = createServer(
    {
      ...{ cert: readFileSync(server.cert), key: readFileSync(server.key), ca: readFileSync(clients.cert) },
      ...{ requestCert: true, rejectUnauthorized: true, ALPNProtocols: ['h2'] },
    },
    (socket) => {
      const onward = connect(Number(port), host);
      for (const one of [socket, onward]) {
        open.add(one);
        one.on('close', () => open.delete(one));
      }
      socket.pipe(onward).pipe(socket);
      socket.on('error', () => onward.destroy());
      onward.on('error', () => socket.destroy());
    },
  );
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async close() {
      const closed = new Promise((resolve) => proxy.close(resolve));
      for (const one of open) one.destroy();
      await closed;
    },
  };
}
