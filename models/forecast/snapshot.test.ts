import { describe, expect, it } from 'vitest';
import { MADE_UP_START, madeUpEstate, madeUpJob } from '../features/made-up-jobs.ts';
import { NO_OUTSIDE_FACTS, type SourceFacts } from '../records/outside-facts.ts';
import { decodeSnapshot, encodeSnapshot, type Snapshot, sortSnapshot } from './snapshot.ts';
import { decodeTestPredictions, encodeTestPredictions } from './test-predictions.ts';

const one = (value: number) => Float64Array.of(value);
const source = (name: string): SourceFacts => ({
  source: name,
  files: {
    ts: one(MADE_UP_START),
    knownAt: one(MADE_UP_START + 5),
    rowsIn: one(10),
    rowsRefused: one(1),
    valuesExpected: one(Number.NaN),
    valuesTold: one(Number.NaN),
    delayMs: one(5),
  },
  contractChangedAt: Float64Array.of(1, 2),
  jobs: { jobId: one(3), startedAt: one(4), knownAt: one(5) },
});
const snapshot: Snapshot = {
  ...madeUpEstate({ jobs: 5, days: 20, seed: 2 }),
  facts: {
    sources: [source('b'), source('a')],
    versions: [5, 2].map((jobId) => ({
      jobId,
      startedAt: Float64Array.of(1, 2),
      knownAt: Float64Array.of(3, 4),
    })),
  },
};

/** As the release before wrote it: one job, one series, no arrival of samples, no facts. */
const VERSION_1 =
  'U0VUTFNOQVAAAAAAAADwPwAAAAAAAPA/AAAAAAAA8D8AAECnCbl5QgAAAAAAAPA/AAAAAAAA8D8AAAAAAIBcQHsiam9iSWQiOjcsIm5hbWVz' +
  'cGFjZSI6Im1hZGUtdXAiLCJqb2IiOiJqb2ItMDA3Iiwib3duZXIiOm51bGwsImhvc3QiOiJzcnYtMSIsImNyaXRpY2FsaXR5IjozLCJlcnJv' +
  'cnMiOlsibWFkZSB1cCJdfQAAAAAAAAAAAAAAAPA/AACAQbe4eUIAAAAAAADwPwAAgEG3uHlCAAAAAAAA8D8AAAAAAAAUQAAAAAAAAPA/AAAA' +
  'AAAA+H8AAAAAAADwPwAAAAAAAPh/AAAAAAAA8D8CAAAAAAAAAAAAAAAAAPA/AAAAAAAAAAAAAAAAAADwPwAAAAAAAPA/AAAAAACARkB7Imhv' +
  'c3QiOiJzcnYtMSIsIm1ldHJpYyI6ImRpc2tfdXNlZF9wZXJjZW50In0AAAAAAAAAAAAAQAAAgEG3uHlCAAAmULe4eUIAAAAAAAAAQAAAAAAA' +
  'AERAAAAAAADAREA=';

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
      facts: {
        sources: snapshot.facts.sources.toReversed(),
        versions: snapshot.facts.versions.toReversed(),
      },
    };
    expect(encodeSnapshot(shuffled)).toEqual(encodeSnapshot(snapshot));
  });

  it('differs when one value differs', () => {
    const changed = { ...snapshot, cutoff: snapshot.cutoff + 1 };
    expect(encodeSnapshot(changed)).not.toEqual(encodeSnapshot(snapshot));
  });

  it('of version 1 is read: samples were known when they were measured, and nothing from outside', () => {
    const ts = Float64Array.of(MADE_UP_START, MADE_UP_START + 60_000);
    expect(decodeSnapshot(new Uint8Array(Buffer.from(VERSION_1, 'base64')))).toEqual({
      cutoff: MADE_UP_START + 86_400_000,
      histories: [
        madeUpJob(7, [{ startedAt: MADE_UP_START, status: 'failed', durationMs: 5 }], { host: 'srv-1' }),
      ],
      hostSeries: [
        { host: 'srv-1', metric: 'disk_used_percent', ts, knownAt: ts, value: Float64Array.of(40, 41.5) },
      ],
      facts: NO_OUTSIDE_FACTS,
    });
  });

  it('can be empty', () => {
    const empty = { cutoff: 1, histories: [], hostSeries: [], facts: NO_OUTSIDE_FACTS };
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
    expect(() => decodeSnapshot(bytes.with(22, 64))).toThrow(
      'training snapshot: expected version 1 or 2, found',
    );
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
