import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRunCleaner } from '../clean/clean-runs.ts';
import { inspectRunFile } from '../clean/inspect-file.ts';
import { readSample } from './file-sample.ts';
import { inferContract } from './infer-contract.ts';
import { inspectByContract } from './inspect-by-contract.ts';

const HEADERS = [
  'job_id;owner;run_id;started_at;duration_s;status;branch',
  'Traitement;Nom;Début;Fin;État;Durée (ms);Durée;Message',
  'name;date;timestamp;result;;x;x',
  'dag_id,execution_date,state,run_id,host,error',
];
const VALUES = [
  '',
  'a',
  'b',
  'ok',
  'ÉCHEC',
  'running',
  '1',
  '-5',
  '2.5',
  '2026-03-01T08:00:00Z',
  '01/03/2026 09:00',
  'null',
];

/** Logs that are more or less right. */
const fileArbitrary = fc.constantFrom(...HEADERS).chain((header) => {
  const delimiter = header.includes(';') ? ';' : ',';
  const width = header.split(delimiter).length;
  const row = fc.array(fc.constantFrom(...VALUES), { minLength: width - 1, maxLength: width + 1 });
  return fc
    .array(row, { maxLength: 12 })
    .map((rows) => [header, ...rows.map((fields) => fields.join(delimiter))].join('\n'));
});

/** What a file becomes: its records and refused rows. */
function clean(bytes: Uint8Array, inspected: Exclude<ReturnType<typeof inspectRunFile>, { code: string }>) {
  const cleaner = createRunCleaner({ namespace: 'default', ...inspected });
  const [start, end] = [cleaner.push(bytes), cleaner.end()];
  return {
    records: [...start.records, ...end.records],
    refused: [...start.refused, ...end.refused],
    totals: end.totals,
  };
}

describe('a contract inferred from a run log', () => {
  it('changes nothing of what becomes of it', () => {
    fc.assert(
      fc.property(fileArbitrary, (text) => {
        const bytes = new TextEncoder().encode(text);
        const before = inspectRunFile(bytes, true);
        if ('code' in before) throw new Error(before.detail);
        const { contract } = inferContract([readSample(bytes, true, before.dialect)], 'runs');
        const after = inspectByContract(contract, bytes, true);
        if ('code' in after) throw new Error(after.detail);
        expect(clean(bytes, after as typeof before)).toEqual(clean(bytes, before));
      }),
      { numRuns: 300 },
    );
  });
});
