import { describe, expect, it } from 'vitest';
import { detectSource } from './detect-source.ts';
import { findDamage } from './find-damage.ts';
import { findQualityDrops } from './find-quality.ts';
import { noFacts, wholeFile } from './made-up-source.ts';
import type { SourceDay } from './source-facts.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.parse('2026-03-02T00:00:00Z');
const at = (day: number) => START_MS + day * DAY_MS;
const variantsOf = (found: { variant: string }[]) => found.map(({ variant }) => variant);

describe('findDamage', () => {
  it('finds nothing in whole files', () => {
    const files = ['a', 'b', 'c'].map((name, day) => wholeFile(`${name}.csv`, at(day)));
    const digests = [{ name: 'a.csv', receivedAtMs: at(0), sha256: 'digest of a.csv' }];
    expect(findDamage({ ...noFacts, files, digests }, at(3))).toEqual([]);
    expect(findDamage(noFacts, at(3))).toEqual([]);
  });

  it.each([
    [{ state: 'refused', refusalCode: 'damaged-archive' }, 'truncated'],
    [{ state: 'refused', refusalCode: 'empty-file' }, 'empty'],
    [{ state: 'refused', refusalCode: 'not-csv' }, 'unreadable'],
    [{ state: 'refused', refusalCode: 'missing-columns' }, 'schema-changed'],
    [{ endsInRefusedRow: true }, 'truncated'],
    [{ rowsIn: 50, rowsDuplicate: 49 }, 'repeated'],
    [{ sha256: 'digest of first.csv' }, 'repeated'],
  ] as const)('finds %j as %s, once, until it comes again whole or for a week', (told, variant) => {
    const files = [wholeFile('first.csv', at(0)), wholeFile('bad.csv', at(1), told)];
    const found = findDamage({ ...noFacts, files }, at(2));
    expect(found).toMatchObject([
      {
        kind: 'transmission',
        variant,
        what: `${variant}/bad.csv`,
        sinceMs: at(1),
        evidence: { text: 'bad.csv' },
      },
    ]);
    expect(findDamage({ ...noFacts, files }, at(1) - 1)).toEqual([]);
    expect(findDamage({ ...noFacts, files }, at(8) + 1)).toEqual([]);
    const again = [...files, wholeFile('bad.csv', at(2), { sha256: 'another' })];
    expect(findDamage({ ...noFacts, files: again }, at(2))).toEqual([]);
  });

  it('compares with the digest that was told', () => {
    const files = [wholeFile('a.csv', at(0))];
    const digests = [{ name: 'a.csv', receivedAtMs: at(0) + 5, sha256: 'of something else' }];
    expect(findDamage({ ...noFacts, files, digests }, at(0))).toEqual([]);
    expect(variantsOf(findDamage({ ...noFacts, files, digests }, at(1)))).toEqual(['checksum']);
  });

  it('believes a count below the rows where it was one before', () => {
    const whole = [0, 1, 2].map((day) => wholeFile(`${day}.csv`, at(day), { trailerRows: 100 }));
    const cut = wholeFile('cut.csv', at(3), { rowsIn: 80, trailerRows: 100 });
    expect(findDamage({ ...noFacts, files: [...whole, cut] }, at(3))).toMatchObject([
      { variant: 'truncated', evidence: { observed: 80, expected: 100, unit: 'rows' } },
    ]);
    expect(findDamage({ ...noFacts, files: [...whole.slice(1), cut] }, at(3))).toEqual([]);
    const endless = { ...cut, trailerRows: null };
    expect(variantsOf(findDamage({ ...noFacts, files: [...whole, endless] }, at(3)))).toEqual(['truncated']);
  });

  it('lets a source repeat itself where it always does', () => {
    const files = [0, 1, 2, 3].map((day) => wholeFile(`${day}.csv`, at(day), { rowsDuplicate: 95 }));
    expect(findDamage({ ...noFacts, files }, at(4))).toEqual([]);
  });
});

/** Days of 1000 rows, 400 at weekends, everything told. */
const days = (count: number): SourceDay[] =>
  Array.from({ length: count }, (_, day) => ({
    day: new Date(at(day)).toISOString().slice(0, 10),
    volumeRows: (day % 7 < 5 ? 1000 : 400) + (day % 3) * 20,
    completeness: 0.98 - (day % 4) * 0.002,
    uniqueness: 1,
    validity: 0.999,
  }));
const changed = (all: SourceDay[], told: Partial<SourceDay>) => all.with(-1, { ...all.at(-1)!, ...told });

describe('findQualityDrops', () => {
  it('finds nothing in nothing, in too little and in usual days', () => {
    expect(findQualityDrops(noFacts, at(1))).toEqual([]);
    expect(findQualityDrops({ ...noFacts, days: changed(days(5), { validity: 0.1 }) }, at(5))).toEqual([]);
    for (let count = 1; count <= 35; count++) {
      expect(findQualityDrops({ ...noFacts, days: days(count) }, at(count))).toEqual([]);
    }
  });

  it.each([
    [{ completeness: 0.8 }, 'completeness'],
    [{ validity: 0.9 }, 'validity'],
    [{ uniqueness: 0.5 }, 'uniqueness'],
    [{ volumeRows: 150 }, 'volume'],
    [{ volumeRows: 9000 }, 'volume'],
  ])('finds %j', (told, variant) => {
    const found = findQualityDrops({ ...noFacts, days: changed(days(35), told) }, at(35));
    expect(found).toMatchObject([{ kind: 'quality', variant, what: variant, sinceMs: at(34) }]);
    const next = [...changed(days(35), told), days(36).at(-1)!];
    expect(findQualityDrops({ ...noFacts, days: next }, at(36))).toEqual([]);
  });

  it('waits with the volume until the day is over, and with shares until enough came', () => {
    const morning = changed(days(35), { volumeRows: 100, validity: 0.5 });
    expect(findQualityDrops({ ...noFacts, days: morning }, at(34) + 1)).toEqual([]);
    const noon = changed(days(35), { volumeRows: 600, validity: 0.5 });
    expect(variantsOf(findQualityDrops({ ...noFacts, days: noon }, at(34) + 1))).toEqual(['validity']);
  });

  it('takes a share that is not known for no drop', () => {
    const all = changed(days(35), { completeness: null, validity: null, uniqueness: null });
    expect(findQualityDrops({ ...noFacts, days: all }, at(35))).toEqual([]);
  });

  it('forgets a day that none came after', () => {
    const all = changed(days(35), { validity: 0.5 });
    expect(findQualityDrops({ ...noFacts, days: all }, at(37))).toHaveLength(1);
    expect(findQualityDrops({ ...noFacts, days: all }, at(38))).toEqual([]);
  });
});

describe('detectSource', () => {
  it('finds nothing in nothing', () => {
    expect(detectSource(noFacts, 0)).toEqual([]);
  });

  it('tells everything with keys of its own, the same again', () => {
    const troubles = [
      { kind: 'schema-changed' as const, sinceMs: at(1), detail: 'column gone' },
      { kind: 'quarantine-limit' as const, sinceMs: at(1), detail: null },
      { kind: 'source-unreadable' as const, sinceMs: at(9), detail: 'no such folder' },
    ];
    const files = ['a.csv', 'b.csv'].map((name) => wholeFile(name, at(1), { endsInRefusedRow: true }));
    const facts = { ...noFacts, troubles, files, freshnessMs: DAY_MS, toldMs: [at(0)] };
    const found = detectSource(facts, at(3));
    expect(found.map(({ key }) => key)).toEqual([
      'transmission/source orders/schema-changed',
      'quality/source orders/quarantine-limit',
      'freshness/source orders/silence',
      'transmission/source orders/truncated/a.csv',
      'transmission/source orders/truncated/b.csv',
    ]);
    expect(found[0]).toMatchObject({
      kind: 'transmission',
      variant: 'schema-changed',
      sinceMs: at(1),
      evidence: { text: 'column gone' },
    });
    expect(detectSource(facts, at(3))).toEqual(found);
  });
});
