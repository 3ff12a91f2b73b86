import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { choosePorts, isPortFree } from './ports.ts';
import { writePrivateJson } from './private-files.ts';

let home = '';
let somebody: Server | undefined;

beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-ports-'));
});
afterEach(() => {
  somebody?.close();
  somebody = undefined;
  rmSync(home, { recursive: true });
});

/** Somebody else listens, on all addresses. */
async function takePort(): Promise<number> {
  somebody = createServer().listen(0, '0.0.0.0');
  await once(somebody, 'listening');
  return (somebody.address() as AddressInfo).port;
}

test('every server gets a port of its own, and the same one the next time', async () => {
  const first = await choosePorts(home, 'free');
  expect(new Set(Object.values(first.ports)).size).toBe(Object.keys(first.ports).length);
  expect(await choosePorts(home, 'free')).toEqual({ ports: first.ports, moved: [] });
});

test('a remembered port that somebody else has now is replaced, and told', async () => {
  const { ports } = await choosePorts(home, 'free');
  const taken = await takePort();
  writePrivateJson(path.join(home, 'ports.json'), { ...ports, postgres: taken });
  const second = await choosePorts(home, 'free');
  expect(second.ports.postgres).not.toBe(taken);
  expect(second.moved).toEqual([{ name: 'postgres', from: taken, to: second.ports.postgres }]);
  expect({ ...second.ports, postgres: 0 }).toEqual({ ...ports, postgres: 0 });
});

test('one number remembered for two servers is given to one of them', async () => {
  const { ports } = await choosePorts(home, 'free');
  writePrivateJson(path.join(home, 'ports.json'), { ...ports, api: ports.smtp });
  const second = await choosePorts(home, 'free');
  expect(second.ports.smtp).toBe(ports.smtp);
  expect(second.ports.api).not.toBe(ports.smtp);
});

test('a port is free until somebody listens on it', async () => {
  const port = await takePort();
  expect(await isPortFree(port)).toBe(false);
  somebody!.close();
  await once(somebody!, 'close');
  expect(await isPortFree(port)).toBe(true);
});
