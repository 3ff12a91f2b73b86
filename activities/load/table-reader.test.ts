import { expect, it } from 'vitest';
import { validateContract } from '../../models/contract/validate-contract.ts';
import type { RunRecord } from '../../models/records/run.ts';
import { openReader } from './table-reader.ts';

const SOURCE = { name: 's', kind: 'runs' as const, folder: 'runs', namespace: 'n' };

function startsUnder(timeZone?: string, ofSource?: string): string[] {
  const validated = validateContract({
    version: 1,
    kind: 'runs',
    ...(timeZone && { timeZone }),
    columns: [
      { name: 'job', field: 'job', type: 'text', required: true },
      { name: 'start', field: 'startedAt', type: 'instant', required: true },
      { name: 'status', field: 'status', type: 'status', required: true },
    ],
  });
  if ('problems' in validated) throw new Error(JSON.stringify(validated.problems));
  const bytes = new TextEncoder().encode(
    'job;start;status\nA;31/07/2025 08:00;ok\nA;2025-07-31T08:00:00Z;ok\n',
  );
  const reader = openReader({ ...SOURCE, timeZone: ofSource, contract: validated.contract }, bytes, true);
  const records = [...reader.push(bytes).records, ...reader.end().records] as RunRecord[];
  return records.map(({ startedAt }) => new Date(startedAt).toISOString());
}

it('reads times without a zone by the zone of the contract', () => {
  expect(startsUnder()).toEqual(['2025-07-31T08:00:00.000Z', '2025-07-31T08:00:00.000Z']);
  expect(startsUnder('Europe/Paris')).toEqual(['2025-07-31T06:00:00.000Z', '2025-07-31T08:00:00.000Z']);
});

it('reads them by the zone of the source where the contract names none', () => {
  expect(startsUnder(undefined, 'Europe/Paris')[0]).toBe('2025-07-31T06:00:00.000Z');
  expect(startsUnder('America/New_York', 'Europe/Paris')[0]).toBe('2025-07-31T12:00:00.000Z');
});
