import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readPageFiles } from './page-files.ts';

const folder = path.join(import.meta.dirname, '../dashboard');
const files = readPageFiles(folder);

test('the page is what is in its folder, without tests and settings', () => {
  expect(files.has('/')).toBe(true);
  expect(files.get('/main.ts')?.contentType).toBe('text/javascript; charset=utf-8');
  const others = readdirSync(folder).filter((name) => name.endsWith('.test.ts') || name.endsWith('.json'));
  for (const name of others) expect(files.has(`/${name}`)).toBe(false);
});

test('every script and style that a file asks for is served', () => {
  const asked = new Set<string>();
  for (const [address, file] of files) {
    const text = file.bytes.toString();
    for (const [, name] of text.matchAll(/(?:from|import) '\.\/([^']+)'/g)) asked.add(`/${name}`);
    if (address === '/') for (const [, name] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) asked.add(name!);
  }
  asked.delete('/');
  asked.delete('/openapi.json');
  expect(asked.size).toBeGreaterThan(15);
  for (const address of asked) expect([...files.keys()]).toContain(address);
});

test('it asks nobody else for anything and has nothing inline', () => {
  for (const file of files.values()) {
    expect(file.bytes.toString()).not.toMatch(/(?:src|href|import|url)\W{1,3}https?:/);
    expect(file.bytes.toString()).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|eval\(/);
  }
  const html = files.get('/')!.bytes.toString();
  expect(html).not.toMatch(/ style=| on[a-z]+=|<style|<script(?![^>]* src=)/);
});

test('the first load stays under 60 kB', () => {
  const sentBytes = [...files.values()].reduce((sum, file) => sum + file.gzipped.length, 0);
  expect(sentBytes).toBeLessThan(60_000);
});
