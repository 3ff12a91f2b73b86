import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contractArbitrary } from '../../tests/contract-arbitraries.ts';
import { describeContract } from './describe-contract.ts';
import { validateContract } from './validate-contract.ts';

const COLUMNS = [
  { name: 'job_id', field: 'job', type: 'text', required: true },
  { name: 'début', field: 'startedAt', type: 'instant', required: true },
  { name: 'statut', field: 'status', type: 'status', required: true },
];
const CONTRACT = { version: 1, kind: 'runs', columns: COLUMNS };

/** A contract with one more column. */
const and = (column: object) => ({ ...CONTRACT, columns: [...COLUMNS, column] });
const problemsOf = (value: unknown): string[] => {
  const result = validateContract(value);
  return 'contract' in result
    ? []
    : result.problems.map(({ where, expected, found }) => `${where}: expected ${expected}, found ${found}`);
};

describe('validateContract', () => {
  it('fills in what need not be said', () => {
    expect(validateContract(CONTRACT)).toMatchObject({
      contract: {
        owner: null,
        freshnessMs: null,
        timeZone: null,
        extra: 'keep',
        columns: [{ synonyms: [], key: false, enumeration: null, range: null }, {}, {}],
      },
    });
  });

  it('reads freshness and the bounds of instants', () => {
    const column = {
      name: 'until',
      type: 'instant',
      range: { min: '2026-01-01', max: '2026-01-02T00:00:00Z' },
    };
    expect(validateContract({ ...and(column), freshness: '26h' })).toMatchObject({
      contract: {
        freshnessMs: 93_600_000,
        columns: [{}, {}, {}, { range: { min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 0, 2) } }],
      },
    });
  });

  it.each<[string, unknown]>([
    [
      'contract: expected an object with version, kind, owner, freshness, timeZone, extra, columns, found null',
      null,
    ],
    ['version: expected a whole number from 1, found 0 (number)', { ...CONTRACT, version: 0 }],
    ['kind: expected runs or metrics, found "rnus"', { ...CONTRACT, kind: 'rnus' }],
    [
      'owner: expected 1 to 200 characters without blanks around them, found " ann"',
      { ...CONTRACT, owner: ' ann' },
    ],
    [
      'freshness: expected minutes, hours or days such as 90m, 26h or 2d, found "1 day"',
      { ...CONTRACT, freshness: '1 day' },
    ],
    [
      'timeZone: expected an IANA time zone such as Europe/Paris, found "Mars/Olympus"',
      { ...CONTRACT, timeZone: 'Mars/Olympus' },
    ],
    ['extra: expected keep, found "drop"', { ...CONTRACT, extra: 'drop' }],
    [
      'colums: expected one of the keys version, kind, owner, freshness, timeZone, extra, columns, found "colums"',
      { ...CONTRACT, colums: [] },
    ],
    [
      'columns[3]: expected an object with name, synonyms, field, type, required, key, enumeration, range, found "x"',
      and('x' as never),
    ],
    [
      'columns[3].type: expected text or integer or number or instant or duration or status or boolean, found "txt"',
      and({ name: 'x', type: 'txt' }),
    ],
    ['columns[3].name: expected a name with a letter or digit, found "%"', and({ name: '%', type: 'text' })],
    [
      'columns[3].name: expected a name of its own ("job_id" is the same), found "JOB ID"',
      and({ name: 'JOB ID', type: 'text' }),
    ],
    [
      'columns[3].synonyms[0]: expected a name of its own ("statut" is the same), found "Statut"',
      and({ name: 'x', type: 'text', synonyms: ['Statut'] }),
    ],
    [
      'columns[3].field: expected a field that "job_id" does not tell already, found "job"',
      and({ name: 'x', type: 'text', field: 'job', required: true }),
    ],
    [
      'columns[3].enumeration[0]: expected a text (in quotes where it looks like something else), found 1 (number)',
      and({ name: 'x', type: 'text', enumeration: [1] }),
    ],
    [
      'columns[3].required: expected true or false, found "yes"',
      and({ name: 'x', type: 'text', required: 'yes' }),
    ],
    [
      'columns[3].range: expected no range: only integer, number, instant and duration have one, found an object',
      and({ name: 'x', type: 'text', range: { min: 1 } }),
    ],
    [
      'columns[3].range: expected min, max or both, found an object',
      and({ name: 'x', type: 'number', range: {} }),
    ],
    [
      'columns[3].range: expected min up to max, found "2 to 1"',
      and({ name: 'x', type: 'number', range: { min: 2, max: 1 } }),
    ],
    [
      'columns[3].range.min: expected an instant such as 2026-03-01T06:00:00Z, found 5 (number)',
      and({ name: 'x', type: 'instant', range: { min: 5 } }),
    ],
    [
      'columns: expected a column with "field: status", found nothing',
      { ...CONTRACT, columns: COLUMNS.slice(0, 2) },
    ],
    [
      'columns[0].required: expected true, as for every column with "field: job", found false (boolean)',
      { ...CONTRACT, columns: [{ ...COLUMNS[0], required: false }, ...COLUMNS.slice(1)] },
    ],
    [
      'columns: expected a list of 1 to 500, found a list of 501',
      { ...CONTRACT, columns: new Array(501).fill(COLUMNS[0]) },
    ],
  ])('%s', (problem, value) => {
    expect(problemsOf(value)).toEqual([problem]);
  });

  it('tells everything that is wrong at once', () => {
    expect(problemsOf({ version: 'x', kind: 'x', columns: [] })).toHaveLength(3);
  });

  it('reads every contract that was described', () => {
    fc.assert(
      fc.property(contractArbitrary, (contract) => {
        expect(validateContract(describeContract(contract))).toEqual({ contract });
      }),
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect('problems' in validateContract(value)).toBe(true);
      }),
    );
  });
});
