import { describe, expect, it } from 'vitest';
import { MADE_UP_START, madeUpEstate, madeUpJob } from '../features/made-up-jobs.ts';
import { decodeSnapshot, encodeSnapshot, type Snapshot, sortSnapshot } from './snapshot.ts';
import { decodeTestPredictions, encodeTestPredictions } from './test-predictions.ts';

const snapshot: Snapshot = madeUpEstate({ jobs: 5, days: 20, seed: 2 });

describe('snapshot', () => {
  it('comes back exactly, NaN, null and text included', () => {
    const odd = madeUpJob(9, [{ startedAt: MADE_UP_START, status: 'failed' }], {
      job: 'été, "nuit"',
      namespace: 'z',
    });
    odd.error[0] = 'échec\nligne 2 ✗';
    const full = { ...snapshot, histories: [...snapshot.histories, odd] };
    expect(decodeSnapshot(encodeSnapshot(full))).toEqual(sortSnapshot(full));
  });

  it('has the same bytes whatever the order of jobs and series', () => {
    const shuffled = {
      ...snapshot,
      histories: snapshot.histories.toReversed(),
      hostSeries: snapshot.hostSeries.toReversed(),
    };
    expect(encodeSnapshot(shuffled)).toEqual(encodeSnapshot(snapshot));
  });

  it('differs when one value differs', () => {
    const changed = { ...snapshot, cutoff: snapshot.cutoff + 1 };
    expect(encodeSnapshot(changed)).not.toEqual(encodeSnapshot(snapshot));
  });

  it('can be empty', () => {
    const empty = { cutoff: 1, histories: [], hostSeries: [] };
    expect(decodeSnapshot(encodeSnapshot(empty))).toEqual(empty);
  });

  it('says what is wrong with other bytes, and with bytes cut short or too long', () => {
    const bytes = encodeSnapshot(snapshot);
    expect(() => decodeSnapshot(new TextEncoder().encode('job_id,owner,run'))).toThrow(
      'training snapshot: expected bytes that start with SETLSNAP, found "job_id,o"',
    );
    expect(() => decodeSnapshot(bytes.slice(0, -16))).toThrow('training snapshot: expected');
    expect(() => decodeSnapshot(Uint8Array.from([...bytes, 0, 0]))).toThrow(
      'training snapshot: expected the end',
    );
    expect(() => decodeSnapshot(bytes.with(22, 64))).toThrow('training snapshot: expected version 1, found');
  });
});

it('test predictions come back exactly', () => {
  const predictions = {
    jobId: Float64Array.of(1, 2 ** 40, 3),
    cutoff: Float64Array.of(1e12, 1e12, 1e12),
    horizon: Uint8Array.of(0, 1, 7),
    label: Uint8Array.of(1, 0, 0),
    probability: Float64Array.of(0.1, 1 / 3, Number.MIN_VALUE),
  };
  expect(decodeTestPredictions(encodeTestPredictions(predictions))).toEqual(predictions);
});
