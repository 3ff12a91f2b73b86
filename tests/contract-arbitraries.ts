import fc from 'fast-check';
import { plainName } from '../models/clean/map-columns.ts';
import { hasRange } from '../models/contract/column-value.ts';
import {
  COLUMN_TYPES,
  type Contract,
  type ContractColumn,
  type ContractKind,
  fieldsOf,
} from '../models/contract/contract.ts';

/** Texts that a reader of YAML may take for something else, and any other. */
const text = fc
  .oneof(
    fc.constantFrom(
      'no',
      'null',
      '~',
      '1e3',
      '0x10',
      'true',
      '- a',
      '# c',
      'a: b',
      '"q"',
      "it's",
      '&a',
      '*a',
      '!t',
    ),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  )
  .map((written) => written.replace(/\p{C}/gu, '').trim())
  .filter((written) => written !== '');

const nameArbitrary = fc
  .oneof(fc.constantFrom('job_id', 'Début', 'run id', 'x', 'y', 'z1', 'no', '1', 'a: b', '#n'), text)
  .filter((name) => plainName(name) !== '');

const instant = fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2100, 0, 1) });

const rangeArbitrary = (type: ContractColumn['type']): fc.Arbitrary<ContractColumn['range']> => {
  if (!hasRange(type)) return fc.constant(null);
  const bound = type === 'instant' ? instant : fc.integer({ min: -1_000, max: 1_000 }).map((n) => n / 4);
  const ends = fc
    .tuple(bound, bound)
    .map(([one, other]) => [Math.min(one, other), Math.max(one, other)] as const);
  return fc.oneof(
    fc.constant(null),
    ends.map(([min, max]) => ({ min, max })),
    bound.map((min) => ({ min, max: null })),
    bound.map((max) => ({ min: null, max })),
  );
};

type Shape = Omit<ContractColumn, 'name' | 'synonyms' | 'field'>;
const shapeArbitrary: fc.Arbitrary<Shape> = fc.constantFrom(...COLUMN_TYPES).chain((type) =>
  fc.record({
    type: fc.constant(type),
    required: fc.boolean(),
    key: fc.boolean(),
    enumeration: fc.option(fc.uniqueArray(text, { minLength: 1, maxLength: 4 })),
    range: rangeArbitrary(type),
  }),
);

/** Any valid contract. */
export const contractArbitrary: fc.Arbitrary<Contract> = fc
  .record({
    version: fc.integer({ min: 1, max: 1_000_000 }),
    kind: fc.constantFrom<ContractKind>('runs', 'metrics'),
    owner: fc.option(text),
    freshnessMs: fc.option(fc.integer({ min: 1, max: 10_000 }).map((minutes) => minutes * 60_000)),
    timeZone: fc.constantFrom(null, 'UTC', 'Europe/Paris'),
    names: fc.uniqueArray(nameArbitrary, { minLength: 12, maxLength: 24, selector: plainName }),
    shapes: fc.array(shapeArbitrary, { minLength: 4, maxLength: 8 }),
    cuts: fc.array(fc.nat(2), { minLength: 8, maxLength: 8 }),
    fields: fc.integer({ min: 0, max: 3 }),
  })
  .map(({ version, kind, owner, freshnessMs, timeZone, names, shapes, cuts, fields }) => {
    const known = fieldsOf(kind);
    const told = [...known.filter(({ required }) => required), ...known.filter(({ required }) => !required)];
    const needed = known.filter(({ required }) => required).length;
    const left = [...names];
    const columns: ContractColumn[] = shapes.map((shape, at) => {
      const field = at < needed + fields ? (told[at]?.field ?? null) : null;
      const name = left.shift()!;
      // Every column that comes must find a name.
      const spare = Math.max(0, left.length - (shapes.length - at - 1));
      const synonyms = left.splice(0, Math.min(cuts[at]!, spare));
      return { ...shape, name, synonyms, field, required: at < needed || shape.required };
    });
    return { version, kind, owner, freshnessMs, timeZone, extra: 'keep', columns };
  });
