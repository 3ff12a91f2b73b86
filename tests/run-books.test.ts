import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { FINDING_KINDS } from '../models/detect/finding.ts';
import { RAISED_BY_LOADS } from '../models/detect/incidents/settle-findings.ts';

const root = path.join(import.meta.dirname, '..');
const page = readFileSync(path.join(root, 'docs/runbooks.md'), 'utf8');
const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text.slice(text.indexOf('\n')).replace(/\s+/g, ' ')]),
);

describe('the run-books', () => {
  it('have a section for each kind, in its order, and one for the system itself', () => {
    expect([...sections.keys()].slice(0, -1)).toEqual([...FINDING_KINDS]);
  });

  it.each([...sections])(
    'say of %s what one sees, where one looks, why it is so, and how it ends',
    (_, text) => {
      const parts = ['**You see**', '**Look** 1.', '2.', '3.', '**Usual causes**:', '**It ends**'];
      const places = parts.map((part) => text.indexOf(part));
      expect(places).not.toContain(-1);
      expect(places).toEqual(places.toSorted((a, b) => a - b));
    },
  );

  it('name every trouble that a load tells of', () => {
    for (const variant of RAISED_BY_LOADS) expect(page).toContain(`\`${variant}\``);
  });

  it('name commands that there are', () => {
    const known = new Set(
      readdirSync(path.join(root, 'cli'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .flatMap((file) => [
          ...readFileSync(path.join(root, 'cli', file), 'utf8').matchAll(/\.command\('([a-z-]+)/g),
        ])
        .map(([, name]) => name!),
    );
    const named = [...page.replace(/\s+/g, ' ').matchAll(/`smart-etl ([a-z]+)( [a-z]+)?/g)];
    expect(named.length).toBeGreaterThan(15);
    for (const [text, command, below] of named) {
      expect(known.has(command!), text).toBe(true);
      if (below !== undefined) expect(known.has(below.trim()), text).toBe(true);
    }
  });

  it('link to pages that there are', () => {
    for (const [, file] of page.matchAll(/\]\(([a-z-]+\.md)\)/g))
      expect(readdirSync(path.join(root, 'docs')), file).toContain(file);
  });
});
