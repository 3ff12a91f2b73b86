import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ensureModelKey } from './model-key.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

it('makes one key, for its owner alone, and never another', () => {
  const file = ensureModelKey(home);
  const pem = readFileSync(file, 'utf8');
  expect(pem).toMatch(/^-----BEGIN PRIVATE KEY-----\n/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(ensureModelKey(home)).toBe(file);
  expect(readFileSync(file, 'utf8')).toBe(pem);
  expect(readdirSync(home)).toEqual(['model-signing-key.pem']);
});
