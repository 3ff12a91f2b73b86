import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { notTaken, packagesOf, renderLicences } from './licences.ts';

const root = path.join(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const packages = packagesOf(JSON.parse(read('package-lock.json')));

describe('the packages of this project', () => {
  it('come under licences that are taken', () => {
    expect(packages.length).toBeGreaterThan(300);
    expect(notTaken(packages)).toEqual([]);
  });

  it('are those of docs/licences.md: run scripts/generate', () => {
    expect(read('docs/licences.md')).toBe(renderLicences(packages));
  });
});

describe('a package', () => {
  const taken = (license: string | undefined, dev = false) =>
    notTaken(
      packagesOf({ packages: { 'node_modules/x': { version: '1.0.0', ...(license && { license }), dev } } }),
    ).length === 0;

  it.each([
    'MIT',
    '(MIT OR GPL-3.0-only)',
    'AGPL-3.0-only OR ISC',
    'Apache-2.0 AND MIT',
    '(ISC AND CC-BY-3.0)',
  ])('under %s is taken', (licence) => expect(taken(licence)).toBe(true));

  it.each([
    undefined,
    'AGPL-3.0-only',
    'AGPL-3.0-or-later',
    'SSPL-1.0',
    'GPL-3.0-only',
    'BUSL-1.1',
    'UNLICENSED',
    'SEE LICENSE IN LICENSE',
    'MIT AND SSPL-1.0',
    '(MIT AND (AGPL-3.0-only OR SSPL-1.0))',
    'MIT OR (',
    'MIT)',
    'MPL-2.0',
  ])('under %s is not', (licence) => expect(taken(licence)).toBe(false));

  it('under MPL-2.0 is taken where only development needs it', () => {
    expect(taken('MPL-2.0', true)).toBe(true);
    expect(taken('AGPL-3.0-only', true)).toBe(false);
  });

  it('that runs and that development needs as well is one that runs', () => {
    const lock = {
      packages: {
        'node_modules/x': { version: '1.0.0', license: 'MIT' },
        'node_modules/y/node_modules/x': { version: '1.0.0', license: 'MIT', dev: true },
      },
    };
    expect(packagesOf(lock)).toEqual([{ name: 'x', version: '1.0.0', licence: 'MIT', isDev: false }]);
  });
});
