import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '..');

it('every measure that docs/security.md names is there', () => {
  const page = readFileSync(path.join(root, 'docs/security.md'), 'utf8');
  const rows = page.split('\n').filter((line) => /^\| [STRIDE, ]+: |^\| licence that/.test(line));
  expect(rows.length).toBeGreaterThan(25);
  for (const row of rows) {
    const files = [
      ...row
        .split('|')
        .at(-2)!
        .matchAll(/`([^`]+)`/g),
    ].map(([, file]) => file!);
    expect(files.length, row).toBeGreaterThan(0);
    for (const file of files) expect(existsSync(path.join(root, file)), file).toBe(true);
  }
});
