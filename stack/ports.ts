/** Which port each server gets: the usual one, or a free one; remembered, so that a restart keeps the URLs. */
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { readPrivateJson, writePrivateJson } from './private-files.ts';

export const USUAL_PORTS = {
  postgres: 5432,
  temporal: 7233,
  temporalHttp: 7243,
  temporalMetrics: 7253,
  temporalUi: 8233,
  objectStore: 9000,
  objectStoreConsole: 9001,
  smtp: 1025,
  api: 8080,
} as const;

export type PortName = keyof typeof USUAL_PORTS;
export type Ports = Record<PortName, number>;

/** `usual`: prefer the well-known port. `free`: any, for tests that run side by side. */
export type PortPreference = 'usual' | 'free';

function canListen(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}

function somebodyAnswers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (answered: boolean) => {
      socket.destroy();
      resolve(answered);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.setTimeout(500, () => end(false));
  });
}

/**
 * Whether a server of ours could listen there. Listening alone does not tell: where somebody has the port on
 * all addresses, some systems still let us have it on loopback.
 */
export async function isPortFree(port: number): Promise<boolean> {
  return (await canListen(port)) !== undefined && !(await somebodyAnswers(port));
}

/** A port nobody has, from the range the system hands out. */
export async function freePort(except: ReadonlySet<number> = new Set()): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = await canListen(0);
    if (port !== undefined && !except.has(port)) return port;
  }
  throw new Error('no free port on 127.0.0.1 after 50 attempts');
}

/**
 * The ports of a home: what `ports.json` remembers unless somebody else has it now, else the usual port, else
 * a free one. Call it when none of the home's servers runs.
 *
 * @returns the ports, and which of them are not the usual or remembered one because that was taken
 */
export async function choosePorts(
  home: string,
  preference: PortPreference = 'usual',
): Promise<{ ports: Ports; moved: { name: PortName; from: number; to: number }[] }> {
  const file = path.join(home, 'ports.json');
  const remembered = readPrivateJson<Partial<Ports>>(file) ?? {};
  const given = new Set<number>();
  // Nobody is moved to where another server of ours is remembered.
  const reserved = new Set(Object.values(remembered));
  const moved: { name: PortName; from: number; to: number }[] = [];
  const ports: Partial<Ports> = {};
  for (const name of Object.keys(USUAL_PORTS) as PortName[]) {
    const wanted = [remembered[name], preference === 'usual' ? USUAL_PORTS[name] : undefined].filter(
      (port) => port !== undefined,
    );
    let chosen: number | undefined;
    for (const port of wanted) {
      if (chosen === undefined && !given.has(port) && (await isPortFree(port))) chosen = port;
    }
    chosen ??= await freePort(new Set([...given, ...reserved]));
    if (wanted[0] !== undefined && chosen !== wanted[0]) moved.push({ name, from: wanted[0], to: chosen });
    given.add(chosen);
    ports[name] = chosen;
  }
  writePrivateJson(file, ports);
  return { ports: ports as Ports, moved };
}
