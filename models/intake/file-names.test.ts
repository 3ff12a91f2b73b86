import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { finishedNames, isUnfinishedName, takeableNames } from './file-names.ts';

const ALL = { only: [], ignore: [], marker: null };

describe('names of files', () => {
  it.each([
    '.runs.csv',
    'runs.csv.tmp',
    'runs.csv.PART',
    'runs.csv.filepart',
    'runs.csv~',
    '~$runs.csv',
    '.git/config.csv',
    'a/.nfs0001',
  ])('%s is not finished', (name) => {
    expect(isUnfinishedName(name)).toBe(true);
  });

  it.each(['runs.csv', 'a/b/runs.csv.gz', 'party', 'runs.part.csv', 'app.log.1', 'tmp/x.csv'])(
    '%s is',
    (name) => {
      expect(isUnfinishedName(name)).toBe(false);
    },
  );

  it.each([
    ['x.csv.part', 'x.csv'],
    ['night/x.csv.tmp', 'night/x.csv'],
    ['night/.x.csv.a81Fq', 'night/x.csv'],
    ['.x.csv', 'x.csv'],
    ['x.csv~', 'x.csv'],
  ])('of half-written %s may become %s', (path, name) => {
    expect(finishedNames(path)).toContain(name);
    expect(finishedNames(name)).toEqual([]);
  });

  it('are chosen by patterns on their last part, whatever the case', () => {
    const names = ['a.csv', 'B.CSV', 'night/c.csv.gz', 'd.log', 'old-a.csv', 'x(1).csv'];
    expect(takeableNames(names, { ...ALL, only: ['*.csv'] })).toEqual([
      'a.csv',
      'B.CSV',
      'old-a.csv',
      'x(1).csv',
    ]);
    expect(takeableNames(names, { ...ALL, ignore: ['old-*', '?.log'] })).toEqual([
      'a.csv',
      'B.CSV',
      'night/c.csv.gz',
      'x(1).csv',
    ]);
    expect(takeableNames(names, { ...ALL, only: ['x(?).csv'] })).toEqual(['x(1).csv']);
  });

  it('wait for their marker where one is configured; a marker is no file', () => {
    const names = ['a.csv', 'a.csv.done', 'b.csv', 'c.csv.done', 'n/a.csv', 'n/a.csv.done'];
    expect(takeableNames(names, { ...ALL, marker: '.done' })).toEqual(['a.csv', 'n/a.csv']);
  });

  it('keep their order, each at most once, and are never invented', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string()),
        fc.array(fc.string({ minLength: 1 }), { maxLength: 3 }),
        (names, ignore) => {
          const taken = takeableNames(names, { ...ALL, ignore });
          expect(names.filter((name) => taken.includes(name))).toEqual(taken);
          for (const pattern of ignore) expect(taken.filter((name) => name === pattern)).toEqual([]);
        },
      ),
    );
  });
});
