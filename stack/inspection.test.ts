import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { inspect, whichProgram } from './inspection.ts';
import { writePrivateJson } from './private-files.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-inspection-'));
});
afterEach(() => rmSync(home, { recursive: true }));

test('what these tests run on is found, with its version', async () => {
  const findings = new Map((await inspect(path.join(home, 'new'))).map((finding) => [finding.what, finding]));
  expect(findings.get('Node')).toMatchObject({
    state: 'ok',
    found: expect.stringContaining(process.versions.node),
  });
  expect(findings.get('PostgreSQL')).toMatchObject({ state: 'ok', found: expect.stringMatching(/^18\./) });
  expect(findings.get('Temporal')).toMatchObject({
    state: 'ok',
    found: expect.stringMatching(/Server 1\.\d+/),
  });
  expect(findings.get('MinIO')?.state).toBe('ok');
  expect(findings.get('home')?.found).toContain('will be made');
});

test('a port that somebody has is named, and stops nothing', async () => {
  const somebody = createServer().listen(0, '127.0.0.1');
  await once(somebody, 'listening');
  const { port } = somebody.address() as AddressInfo;
  writePrivateJson(path.join(home, 'ports.json'), { api: port });
  const ports = (await inspect(home)).find(({ what }) => what === 'ports');
  somebody.close();
  expect(ports).toMatchObject({ state: 'note', found: expect.stringContaining(String(port)) });
});

test('a program is found where PATH says, and only when it may be run', () => {
  writeFileSync(path.join(home, 'tool'), '#!/bin/sh\n');
  expect(whichProgram('tool', `${home}/none:${home}`)).toBeUndefined();
  chmodSync(path.join(home, 'tool'), 0o755);
  expect(whichProgram('tool', `${home}/none:${home}`)).toBe(path.join(home, 'tool'));
  expect(whichProgram('tool', '')).toBeUndefined();
});
