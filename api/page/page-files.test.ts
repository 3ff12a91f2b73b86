import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readPageFiles } from './page-files.ts';

const folder = path.join(import.meta.dirname, '../../dashboard');
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
    for (const [, name] of text.matchAll(/(?:from |import |import\()'(\.[^']+)'/g))
      asked.add(path.posix.join(path.posix.dirname(address), name!));
    for (const [, name] of text.matchAll(/'(\/[\w/]+\.css)'/g)) asked.add(name!);
    if (address === '/') for (const [, name] of text.matchAll(/(?:src|href)="(\/[^"]+)"/g)) asked.add(name!);
  }
  asked.delete('/');
  asked.delete('/openapi.json');
  expect(asked.size).toBeGreaterThan(30);
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

test('the first load stays under 60 kB, all pages together under 200 kB', () => {
  const first = new Set(['/']);
  const follow = (address: string) => {
    if (first.has(address)) return;
    first.add(address);
    const text = files.get(address)!.bytes.toString();
    for (const [, name] of text.matchAll(/(?:from|import) '(\.[^']+)'/g))
      follow(path.posix.join(path.posix.dirname(address), name!));
    for (const [, name] of text.matchAll(/'(\/[\w/]+\.css)'/g)) follow(name!);
  };
  const html = files.get('/')!.bytes.toString();
  for (const [, name] of html.matchAll(/(?:src|href)="(\/[^"]+\.\w+)"/g)) if (files.has(name!)) follow(name!);
  follow('/pages/now.ts');
  const sent = (addresses: Iterable<string>) =>
    [...addresses].reduce((sum, address) => sum + files.get(address)!.gzipped.length, 0);
  expect(sent(first)).toBeLessThan(60_000);
  expect(sent(files.keys())).toBeLessThan(200_000);
  expect(first.has('/pages/week.ts')).toBe(false);
});
