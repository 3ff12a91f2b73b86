import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contractArbitrary } from '../../tests/contract-arbitraries.ts';
import { mapColumns } from '../clean/map-columns.ts';
import { checkFile } from './check-file.ts';
import { createRowCheck } from './check-row.ts';
import { type Contract, type ContractColumn, namesOf } from './contract.ts';
import { definitionsOf } from './contract-columns.ts';
import { diffContracts } from './diff-contracts.ts';
import type { FileSample } from './file-sample.ts';

const column = (name: string, more: Partial<ContractColumn> = {}): ContractColumn => ({
  name,
  synonyms: [],
  field: null,
  type: 'text',
  required: false,
  key: false,
  enumeration: null,
  range: null,
  ...more,
});
const contract = (...columns: ContractColumn[]): Contract => ({
  version: 1,
  kind: 'runs',
  owner: null,
  freshnessMs: null,
  timeZone: null,
  extra: 'keep',
  columns,
});
const changes = (before: ContractColumn[], after: ContractColumn[]): string[] =>
  diffContracts(contract(...before), contract(...after)).map(
    (change) => `${change.breaking ? '!' : '-'} ${change.path}: ${change.before} → ${change.after}`,
  );

describe('diffContracts', () => {
  it.each<[string[], ContractColumn[], ContractColumn[]]>([
    [['- b: null → optional text'], [column('a')], [column('a'), column('b')]],
    [['! b: null → required text'], [column('a')], [column('a'), column('b', { required: true })]],
    [['- b: optional text → null'], [column('a'), column('b')], [column('a')]],
    [['! b: optional text, host → null'], [column('a'), column('b', { field: 'host' })], [column('a')]],
    [['- a.synonyms: [] → ["b"]'], [column('a')], [column('a', { synonyms: ['b'] })]],
    [['! a.synonyms: ["b"] → []'], [column('a', { synonyms: ['b'] })], [column('a')]],
    [['- b.name: a → b', '- b.synonyms: [] → ["a"]'], [column('a')], [column('b', { synonyms: ['a'] })]],
    [['! b.name: a → b'], [column('a', { field: 'host' })], [column('b', { field: 'host' })]],
    [['! a.field: null → host'], [column('a')], [column('a', { field: 'host' })]],
    [['- a.type: integer → number'], [column('a', { type: 'integer' })], [column('a', { type: 'number' })]],
    [['! a.type: number → integer'], [column('a', { type: 'number' })], [column('a', { type: 'integer' })]],
    [['! a.required: false → true'], [column('a')], [column('a', { required: true })]],
    [['- a.key: true → false'], [column('a', { key: true })], [column('a')]],
    [
      ['- a.enumeration: ["x"] → ["x","y"]'],
      [column('a', { enumeration: ['x'] })],
      [column('a', { enumeration: ['x', 'y'] })],
    ],
    [['! a.enumeration: null → ["x"]'], [column('a')], [column('a', { enumeration: ['x'] })]],
    [
      ['- a.range: 0 to 5 → at least 0'],
      [column('a', { type: 'number', range: { min: 0, max: 5 } })],
      [column('a', { type: 'number', range: { min: 0, max: null } })],
    ],
    [
      ['! a.range: 0 to 5 → 1 to 9'],
      [column('a', { type: 'number', range: { min: 0, max: 5 } })],
      [column('a', { type: 'number', range: { min: 1, max: 9 } })],
    ],
  ])('%j', (expected, before, after) => {
    expect(changes(before, after)).toEqual(expected);
  });

  it('takes another time zone for a break: the same text is another instant', () => {
    expect(diffContracts(contract(), { ...contract(), timeZone: 'Europe/Paris' })).toEqual([
      { path: 'timeZone', before: null, after: 'Europe/Paris', breaking: true },
    ]);
  });

  it('tells owner, freshness and kind; the version alone is no change', () => {
    const one = contract(column('a'));
    const other: Contract = { ...one, version: 2, owner: 'ann', freshnessMs: 3_600_000, kind: 'metrics' };
    expect(diffContracts(one, { ...one, version: 2 })).toEqual([]);
    expect(diffContracts(one, other)).toEqual([
      { path: 'kind', before: 'runs', after: 'metrics', breaking: true },
      { path: 'owner', before: null, after: 'ann', breaking: false },
      { path: 'freshness', before: null, after: '1h', breaking: false },
    ]);
  });

  it('of a contract and itself is empty', () => {
    fc.assert(
      fc.property(contractArbitrary, (one) => {
        expect(diffContracts(one, one)).toEqual([]);
      }),
    );
  });

  it('is empty only where nothing but version and order differ', () => {
    const known = ({ columns }: Contract) =>
      [...columns].sort((one, other) => (one.name < other.name ? -1 : 1));
    fc.assert(
      fc.property(contractArbitrary.chain(editedArbitrary), ({ before, after }) => {
        const isSame = diffContracts(before, after).length === 0;
        expect(JSON.stringify(known(after)) === JSON.stringify(known(before))).toBe(isSame);
      }),
    );
  });

  it('without a breaking change every file that kept the old one keeps the new one, row by row', () => {
    let judged = 0;
    fc.assert(
      fc.property(contractArbitrary.chain(editedArbitrary), ({ before, after, file }) => {
        fc.pre(!checkFile(before, file).some(({ breaking }) => breaking));
        fc.pre(!diffContracts(before, after).some(({ breaking }) => breaking));
        judged++;
        expect(checkFile(after, file).filter(({ breaking }) => breaking)).toEqual([]);
        expect(mapColumns(file.header, definitionsOf(after))).toEqual(
          mapColumns(file.header, definitionsOf(before)),
        );
        const [old, now] = [before, after].map((one) => createRowCheck(one, file.header, '.'));
        for (const row of file.rows) if ((old?.(row) ?? null) === null) expect(now?.(row) ?? null).toBeNull();
      }),
      { numRuns: 600 },
    );
    expect(judged).toBeGreaterThan(20);
  });
});

const VALUES = ['', 'x', 'no', 'ok', 'failed', '1', '0.5', '-7', '2026-03-01', '12:00:00', 'true'];

type Edit = (columns: ContractColumn[]) => ContractColumn[];

/** A contract, the same after one edit, and a file of the old one's columns. */
function editedArbitrary(
  before: Contract,
): fc.Arbitrary<{ before: Contract; after: Contract; file: FileSample }> {
  const edits = fc.oneof<fc.Arbitrary<Edit>[]>(
    fc.tuple(fc.nat(), fc.boolean()).map(([at, required]) => edit(at, { required })),
    fc.tuple(fc.nat(), fc.boolean()).map(([at, key]) => edit(at, { key })),
    fc.nat().map((at) => edit(at, { range: null })),
    fc.nat().map((at) => edit(at, { enumeration: null })),
    fc.nat().map((at) => edit(at, { enumeration: ['x', 'ok'] })),
    fc.nat().map((at) => edit(at, { type: 'text', range: null })),
    fc.nat().map((at) => edit(at, { type: 'number' })),
    fc.nat().map((at) => (columns) => columns.filter((_, index) => index !== at % columns.length)),
    fc
      .nat()
      .map((at) => (columns) => [
        ...columns.slice(at % columns.length),
        ...columns.slice(0, at % columns.length),
      ]),
    fc
      .nat()
      .map(
        (at) => (columns) =>
          columns.map((one, index) =>
            index === at % columns.length ? { ...one, synonyms: [...one.synonyms, 'added name'] } : one,
          ),
      ),
    fc.nat().map(
      (at) => (columns) =>
        columns.map((one, index) => {
          const [first, ...others] = namesOf(one).reverse();
          return index === at % columns.length ? { ...one, name: first!, synonyms: others } : one;
        }),
    ),
    fc.constant((columns) => [...columns, column('added name', { type: 'integer' })]),
  );
  const header = fc.shuffledSubarray(before.columns.flatMap(namesOf), { minLength: 1 });
  return fc.record({
    before: fc.constant(before),
    after: edits.map((change) => ({ ...before, columns: change(before.columns) })),
    file: header.chain((names) =>
      fc.record({
        header: fc.constant(names),
        decimalMark: fc.constant('.' as const),
        rows: fc.array(
          fc.array(fc.constantFrom(...VALUES), { minLength: names.length, maxLength: names.length }),
          { maxLength: 4 },
        ),
      }),
    ),
  });
}

const edit =
  (at: number, change: Partial<ContractColumn>): Edit =>
  (columns) =>
    columns.map((one, index) => (index === at % columns.length ? { ...one, ...change } : one));
