import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkFile } from './check-file.ts';
import { createRowCheck } from './check-row.ts';
import { describeContract } from './describe-contract.ts';
import { detectAnyTable, type FileSample, readSample } from './file-sample.ts';
import { inferContract, kindOf } from './infer-contract.ts';
import { detectByContract } from './inspect-by-contract.ts';
import { validateContract } from './validate-contract.ts';

const sample = (header: string, ...rows: string[]): FileSample => ({
  header: header.split(';'),
  rows: rows.map((row) => row.split(';')),
  decimalMark: '.',
});
const infer = (...samples: FileSample[]) => inferContract(samples, 'runs');
const columnOf = (inferred: ReturnType<typeof infer>, name: string) =>
  inferred.contract.columns.find((column) => column.name === name);

const DAY = (at: number) => new Date(Date.UTC(2026, 2, 1 + at)).toISOString();

describe('inferContract', () => {
  it('describes what all files have, in the words of the files', () => {
    const inferred = infer(
      sample(
        'job_id;run_id;started_at;status;branch;cost',
        `a;1;${DAY(0)};ok;main;1`,
        `b;2;${DAY(0)};ko;;2.5`,
      ),
      sample('nom_job;run_id;debut;statut;duree', `a;3;${DAY(1)};ok;60`),
    );
    expect(describeContract(inferred.contract)).toEqual({
      version: 1,
      kind: 'runs',
      extra: 'keep',
      columns: [
        { name: 'job_id', synonyms: ['nom_job'], field: 'job', type: 'text', required: true, key: true },
        { name: 'run_id', field: 'runKey', type: 'text', required: true, key: true },
        { name: 'started_at', synonyms: ['debut'], field: 'startedAt', type: 'instant', required: true },
        { name: 'status', synonyms: ['statut'], field: 'status', type: 'status', required: true },
        { name: 'branch', type: 'text' },
        { name: 'cost', type: 'number' },
        { name: 'duree', field: 'durationSeconds', type: 'duration' },
      ],
    });
    expect(inferred.evidence).toMatchObject({ files: 2, rows: 3, missingFields: [], leftOut: 0 });
    expect(inferred.evidence.columns.branch).toEqual({
      files: 1,
      rows: 2,
      emptyShare: 0.5,
      distinct: 1,
      min: null,
      max: null,
      because: ['no other type fits'],
      examples: ['main'],
    });
    expect(inferred.evidence.columns.cost).toMatchObject({ min: '1', max: '2.5' });
    expect(inferred.evidence.columns.started_at).toMatchObject({ min: DAY(0), max: DAY(1) });
  });

  it('of no file at all, and of headers without rows, says what is missing', () => {
    expect(infer().evidence).toMatchObject({ files: 0, missingFields: ['job', 'startedAt', 'status'] });
    const empty = infer(sample('job;start;status;other'));
    expect(empty.evidence.missingFields).toEqual([]);
    expect(columnOf(empty, 'other')).toMatchObject({ type: 'text', key: false, enumeration: null });
  });

  it('proposes a list of values only where each was seen often', () => {
    const rows = (count: number) =>
      Array.from({ length: count }, (_, i) => `a;${DAY(i)};ok;${i % 2 ? 'x' : 'y'}`);
    expect(columnOf(infer(sample('job;start;status;env', ...rows(60))), 'env')?.enumeration).toEqual([
      'x',
      'y',
    ]);
    expect(columnOf(infer(sample('job;start;status;env', ...rows(58))), 'env')?.enumeration).toBeNull();
  });

  it('types a column by nearly all of its values, and never against a whole file', () => {
    const rows = (values: string[]) => values.map((value, i) => `a;${DAY(i)};ok;${value}`);
    const typeOf = (...files: string[][]) =>
      columnOf(infer(...files.map((values) => sample('job;start;status;x', ...rows(values)))), 'x')?.type;
    const numbers = Array.from({ length: 100 }, (_, i) => String(i));
    expect(typeOf([...numbers, 'oops'])).toBe('integer');
    expect(typeOf([...numbers, '1.5'])).toBe('number');
    expect(typeOf([...numbers, 'a', 'b', 'c', 'd', 'e', 'f'])).toBe('text');
    expect(typeOf(numbers, ['a', 'b', 'c'])).toBe('text');
    expect(typeOf(['oui', 'non'])).toBe('boolean');
    expect(typeOf(['00:01:05', '01:00:00'])).toBe('duration');
    expect(typeOf(['2026-01-01', '31/12/2026 08:00'])).toBe('instant');
    expect(typeOf(['', 'null'])).toBe('text');
  });

  it('keeps a known column as text where its values are nothing it should hold', () => {
    const inferred = infer(sample('job;start;status', 'a;x;ok', 'a;y;ok', 'a;z;ok'));
    expect(columnOf(inferred, 'start')).toMatchObject({ type: 'text', field: 'startedAt', required: true });
    expect(inferred.evidence.columns.start!.because).toContain(
      'instant was expected, but only 0 of 3 values read as instant',
    );
  });

  it('expects the silence between files, with a margin', () => {
    const files = Array.from({ length: 8 }, (_, i) =>
      sample('job;start;status', `a;${DAY(i)};ok`, `a;${DAY(i)};ok`),
    );
    expect(infer(...files).contract.freshnessMs).toBe(36 * 3_600_000);
    expect(infer(...files.slice(0, 2)).contract.freshnessMs).toBeNull();
  });

  it('tells run logs from metrics by their headers', () => {
    expect(kindOf([['host', 'metric', 'ts', 'value']])).toBe('metrics');
    expect(kindOf([['job', 'start', 'status', 'host']])).toBe('runs');
    expect(kindOf([])).toBe('runs');
  });

  it('gives a valid contract that the same files keep, row by row', () => {
    const name = fc.constantFrom(
      ...[
        'job',
        'name',
        'job_id',
        'start',
        'début',
        'date',
        'status',
        'état',
        'duration',
        'x',
        'X',
        'y',
        '%',
        '',
      ],
    );
    const value = fc.constantFrom(
      ...[
        '',
        'a',
        'b',
        'ok',
        'ko',
        '1',
        '2.5',
        '-3',
        '2026-03-01',
        '01/03/2026 10:00',
        'oui',
        '00:10:00',
        'null',
      ],
    );
    const file: fc.Arbitrary<FileSample> = fc.array(name, { minLength: 1, maxLength: 8 }).chain((header) =>
      fc.record({
        header: fc.constant(header),
        rows: fc.array(fc.array(value, { minLength: header.length, maxLength: header.length }), {
          maxLength: 6,
        }),
        decimalMark: fc.constantFrom('.' as const, ',' as const),
      }),
    );
    const needed: FileSample = sample('job;start;status', `a;${DAY(0)};ok`);
    fc.assert(
      fc.property(fc.array(file, { maxLength: 4 }), (files) => {
        const all = files.map(({ header, rows, decimalMark }) => ({
          header: [...needed.header, ...header],
          rows: rows.map((row) => [...needed.rows[0]!, ...row]),
          decimalMark,
        }));
        all.push(needed);
        const { contract } = infer(...all);
        expect(validateContract(describeContract(contract))).toEqual({ contract });
        for (const one of all) {
          expect(checkFile(contract, one)).toEqual([]);
          const check = createRowCheck(contract, one.header, one.decimalMark);
          for (const row of one.rows) expect(check?.(row) ?? null).toBeNull();
        }
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    [
      'Columns: job, start, status\n\nA text about them.\nWith two lines.\n',
      /expected rows of 3 fields, found 0 such rows of 2/,
    ],
    ['job;colour\n', /expected rows of 2 fields, found 0 such rows of 0/],
    ['', /found 0 bytes/],
    ['{"a": [1, 2]}', /expected a CSV table, found/],
  ])('takes no text for a table: %j', (text, detail) => {
    const detected = detectAnyTable(new TextEncoder().encode(text), true, 'runs');
    expect(detected).toMatchObject({ detail: expect.stringMatching(detail) });
  });

  it('finds the same table again by the names it proposed', () => {
    const text = `Export du 1er mars;;\nTRT;DEB;ETAT_FIN;ZZ\n${`A1;${DAY(0)};ok;7\n`.repeat(9)}`;
    const bytes = new TextEncoder().encode(text);
    const detected = detectAnyTable(bytes, true, 'runs');
    if ('code' in detected) throw new Error(detected.detail);
    const found = readSample(bytes, true, detected.dialect);
    expect(found).toMatchObject({ header: ['TRT', 'DEB', 'ETAT_FIN', 'ZZ'], rows: { length: 9 } });
    const { contract } = infer(found);
    expect(detectByContract(contract, bytes, true)).toMatchObject({ dialect: { header: found.header } });
  });
});
