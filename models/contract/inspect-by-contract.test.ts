import { describe, expect, it } from 'vitest';
import { type ContractFinding, checkFile, findingText } from './check-file.ts';
import { createRowCheck } from './check-row.ts';
import type { Contract } from './contract.ts';
import { inspectByContract } from './inspect-by-contract.ts';
import { validateContract } from './validate-contract.ts';

function contractOf(columns: object[]): Contract {
  const result = validateContract({ version: 3, kind: 'runs', columns });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.contract;
}
const COLUMNS = [
  { name: 'TRT', field: 'job', type: 'text', required: true, key: true },
  { name: 'DEB', synonyms: ['DEBUT_TRT'], field: 'startedAt', type: 'instant', required: true },
  { name: 'ETAT', field: 'status', type: 'status', required: true },
  { name: 'DUR', field: 'durationSeconds', type: 'duration', required: true, range: { min: 0, max: 3600 } },
  { name: 'ENV', type: 'text', enumeration: ['prod', 'preprod'] },
];
const CONTRACT = contractOf(COLUMNS);
const HEADER = 'TRT;DEB;ETAT;DUR;ENV';
const ROW = 'A1;2026-03-01 08:00;ok;60;prod';

const bytes = (...lines: string[]) => new TextEncoder().encode(`${lines.join('\n')}\n`);
const inspect = (...lines: string[]) => inspectByContract(CONTRACT, bytes(...lines), true);
const sample = (...lines: string[]) => {
  const [header, ...rows] = lines.map((line) => line.split(';'));
  return { header: header!, rows, decimalMark: '.' as const };
};
const check = (...lines: string[]) => checkFile(CONTRACT, sample(...lines));
const told = (findings: ContractFinding[]) =>
  findings.map((one) => `${one.breaking ? '!' : '-'} ${one.code} ${findingText(one)}`);

describe('checkFile', () => {
  it('finds nothing wrong with a file that keeps its contract, nor with one without rows', () => {
    expect(check(HEADER, ROW)).toEqual([]);
    expect(check(HEADER)).toEqual([]);
    expect(check('etat;dur;trt;début_trt;env', 'ok;60;A1;2026-03-01;prod')).toEqual([]);
  });

  it('tells what is missing, and what it may be called now', () => {
    expect(told(check('TRAITEMENT;DEB;ETAT;DUREE_S', 'A1;2026-03-01 08:00;ok;60'))).toEqual([
      '! missing-required-column TRT: expected the required column "TRT", found new columns "TRAITEMENT", "DUREE_S"',
      '! renamed-column DUR: expected the required column "DUR", found "DUREE_S": if it was renamed, add that to its synonyms',
      '- new-column TRAITEMENT: expected a column of the contract, found a new one, kept in extra',
      '- new-column DUREE_S: expected a column of the contract, found a new one, kept in extra',
    ]);
    expect(told(check('TRT;DEBUT_DU_TRT;ETAT;DUR;ENV', ROW))).toEqual([
      '! renamed-column DEB: expected the required column "DEB", "DEBUT_TRT", found "DEBUT_DU_TRT": if it was renamed, add that to its synonyms',
      '- new-column DEBUT_DU_TRT: expected a column of the contract, found a new one, kept in extra',
    ]);
  });

  it('takes a changed type from bad rows by their number', () => {
    const rows = (...durations: string[]) => durations.map((text) => `A1;2026-03-01 08:00;ok;${text};prod`);
    expect(check(HEADER, ...rows('x', 'y'))).toEqual([]);
    expect(check(HEADER, ...rows('x', '', 'y', '5', '6'))).toEqual([]);
    expect(told(check(HEADER, ...rows('short', '', 'long', '5')))).toEqual([
      '! type-changed DUR: expected durations, found "short", "long" (2 of 3 values)',
    ]);
  });

  it('counts the values outside list, range and key, without holding the file for them', () => {
    const wrong = [';2026-03-01;ok;60;prod', 'A1;2026-03-01;ok;7200;test', 'A1;2026-03-01;ok;01:00:00;'];
    const findings = check(HEADER, ...wrong);
    expect(told(findings)).toEqual([
      '- empty-key TRT: expected a value in every row, found nothing (1 of 3 values)',
      '- out-of-range DUR: expected 0 to 3600, found "7200" (1 of 3 values)',
      '- out-of-enumeration ENV: expected one of "prod", "preprod", found "test" (1 of 2 values)',
    ]);
    expect(findings.map(({ share }) => share)).toEqual([1 / 3, 1 / 3, 1 / 2]);
  });

  it('leaves columns without a usable name alone', () => {
    expect(check(`${HEADER};;%;trt`, `${ROW};1;2;3`)).toEqual([]);
  });
});

describe('inspectByContract', () => {
  it('gives the columns a meaning by the names of the contract alone, and keeps the others', () => {
    expect(inspect(`${HEADER};host`, `${ROW};srv1`)).toMatchObject({
      dialect: { delimiter: ';', header: [...HEADER.split(';'), 'host'] },
      columns: {
        indexOf: { job: 0, startedAt: 1, status: 2, durationSeconds: 3, host: -1 },
        extra: [
          { index: 4, name: 'ENV' },
          { index: 5, name: 'host' },
        ],
      },
    });
  });

  it('holds a file that breaks it, with a line for each reason', () => {
    expect(inspect('TRT;ETAT;ENV;X', 'A1;ok;prod;1')).toEqual({
      held: true,
      code: 'schema-changed',
      detail: [
        'it breaks version 3 of the contract:',
        'DEB: expected the required column "DEB", "DEBUT_TRT", found new columns "X"',
        'DUR: expected the required column "DUR", found new columns "X"',
      ].join('\n'),
    });
  });

  it('holds a table none of whose columns is known', () => {
    expect(inspect('a;b;c', '1;2;3', '4;5;6')).toMatchObject({ held: true });
  });

  it.each([
    ['empty-file', ''],
    ['not-csv', 'just a sentence, with a comma\nand another line\nand one more\n'],
    ['not-csv', 'no separator at all\nhere\n'],
    ['not-csv', '{"a": 1, "b": [1, 2, 3]}\n'],
  ])('refuses what is no table: %s', (code, text) => {
    expect(inspectByContract(CONTRACT, new TextEncoder().encode(text), true)).toMatchObject({ code });
    expect(inspectByContract(CONTRACT, new TextEncoder().encode(text), true)).not.toHaveProperty('held');
  });

  it('judges a long file by its start, wherever that is cut', () => {
    const long = bytes(HEADER, ...Array.from({ length: 3_000 }, () => ROW));
    const [whole, cut] = [
      inspectByContract(CONTRACT, long, true),
      inspectByContract(CONTRACT, long.subarray(0, 70_000), false),
    ];
    expect(whole).toEqual(cut);
    expect(whole).toHaveProperty('columns');
  });
});

describe('createRowCheck', () => {
  const rowCheck = (columns: object[], header = HEADER) =>
    createRowCheck(contractOf(columns), header.split(';'), '.');
  const detail = (row: string) => rowCheck(COLUMNS)!(row.split(';'))?.detail ?? null;

  it('refuses the row that breaks a rule, and says which', () => {
    expect(detail(ROW)).toBeNull();
    expect(detail('A1;2026-03-01;ok;;')).toBeNull();
    expect(detail('null;2026-03-01;ok;60;prod')).toBe(
      'TRT: expected a value, it is part of the key, found "null"',
    );
    expect(detail('A1;2026-03-01;ok;3601;prod')).toBe('DUR: expected 0 to 3600, found "3601"');
    expect(detail('A1;2026-03-01;ok;01:00:01;prod')).toBe('DUR: expected 0 to 3600, found "01:00:01"');
    expect(detail('A1;2026-03-01;ok;3600;prod')).toBeNull();
    expect(detail('A1;2026-03-01;ok;soon;prod')).toBeNull();
    expect(detail('A1;2026-03-01;ok;60;PROD')).toBe('ENV: expected one of "prod", "preprod", found "PROD"');
  });

  it('is nothing where the contract asks nothing of a row of this file', () => {
    expect(
      rowCheck(COLUMNS.map(({ name, field, type, required }) => ({ name, field, type, required }))),
    ).toBeNull();
    expect(rowCheck(COLUMNS, 'a;b')).toBeNull();
  });

  it('counts a duration in the unit of its column', () => {
    const inMinutes = rowCheck([
      ...COLUMNS.slice(0, 3),
      { name: 'DUR', field: 'durationMinutes', type: 'duration', range: { max: 60 } },
    ])!;
    expect(inMinutes('A1;;;60;'.split(';'))).toBeNull();
    expect(inMinutes('A1;;;01:00:00;'.split(';'))).toBeNull();
    expect(inMinutes('A1;;;61;'.split(';'))?.detail).toBe('DUR: expected at most 60, found "61"');
  });
});

it('reads instants by the zone of the source, to compare them with a range', () => {
  const columns = COLUMNS.map((column) =>
    column.field === 'startedAt' ? { ...column, range: { min: '2026-03-01T07:00:00Z' } } : column,
  );
  const check = (timeZone?: string) => {
    const result = validateContract({ version: 1, kind: 'runs', ...(timeZone && { timeZone }), columns });
    if ('problems' in result) throw new Error(JSON.stringify(result.problems));
    return createRowCheck(result.contract, HEADER.split(';'), '.')!(
      ROW.split(';').with(1, '2026-03-01 07:30'),
    );
  };
  expect(check()).toBeNull();
  expect(check('Europe/Paris')?.code).toBe('contract-violation');
});
