import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadOutsideFacts } from '../../db/detect/outside-facts.ts';
import { loadHostSeries } from '../../db/forecast/history.ts';
import { decodeSnapshot } from '../../models/forecast/index.ts';
import { BUCKETS } from '../../services/object-store.ts';
import { type ActivityStage, openActivityStage } from '../../tests/activity-stage.ts';
import { createLoadFiles } from '../load/load-files.ts';
import { createFreezeSnapshot } from './freeze-snapshot.ts';

const at = (day: number, clock = '00:00') => `2026-03-${String(day).padStart(2, '0')}T${clock}:00Z`;
const ms = (day: number, clock = '00:00') => Date.parse(at(day, clock));

let stage: ActivityStage;
beforeAll(async () => {
  stage = await openActivityStage({ time: 'wall' });
  await load('metrics', 'host,metric,ts,value\n', [`srv,cpu_percent,${at(1)},10`], at(5), at(5, '01:00'));
  await load(
    'metrics',
    'host,metric,ts,value\n',
    [`srv,cpu_percent,${at(6)},20`],
    at(6, '01:00'),
    at(6, '02:00'),
  );
  await load('metrics', 'host,metric,ts,value\n', [`srv,cpu_percent,${at(7)},30`], at(7, '01:00'), at(9));

  const runs = 'job_id,run_id,started_at,ended_at,duration_s,status,host,rows_written,version\n';
  const good = (id: number, day: number, version = '') =>
    `a,${id},${at(day)},${at(day, '01:00')},3600,success,srv,5,${version}`;
  await load('runs', runs, [good(1, 1, 'v1'), good(2, 2)], at(5), at(5, '01:00'));
  await load(
    'runs',
    runs,
    [good(3, 6, 'v1'), `a,4,some day,,,success,srv,5,`],
    at(6, '03:00'),
    at(6, '04:00'),
  );
  await load('runs', runs, [good(5, 7, 'v2'), `b,1,${at(7)},,,success,,,`], at(8), at(8, '01:00'));
  await stage.database.pool.query(
    `insert into contract (source, version, yaml, sha256, accepted_at, accepted_by)
     select 'runs', version, '', repeat('a', 64), accepted_at::timestamptz, 'ann'
     from (values (1, '${at(3)}'), (2, '${at(7)}'), (3, '${at(20)}')) as told (version, accepted_at)`,
  );
});
afterAll(() => stage.close());

/** Loads rows as a file that was received and loaded then. */
async function load(
  source: 'runs' | 'metrics',
  header: string,
  rows: string[],
  receivedAt: string,
  loadedAt: string,
): Promise<void> {
  const sha256 = await stage.storeFile(`${header}${rows.join('\n')}\n`, source, `${receivedAt}.csv`);
  await stage.run(createLoadFiles(stage.dependencies), { files: [sha256] });
  await stage.database.pool.query(
    `update file set received_at = $2, accounted_at = $3, loaded_at = $3 where sha256 = $1 and state = 'loaded'`,
    [sha256, receivedAt, loadedAt],
  );
}

const seriesAt = (asOf: string, time: 'wall' | 'data' = 'wall') =>
  loadHostSeries(stage.dependencies.pool, new Date(asOf), time);
const factsAt = (asOf: string, time: 'wall' | 'data' = 'wall') =>
  loadOutsideFacts(stage.dependencies.pool, new Date(asOf), time);

describe('samples', () => {
  it('of a time before their source was collected are known at once, later ones when they were loaded', async () => {
    const [series] = await seriesAt(at(9));
    expect(series).toEqual({
      host: 'srv',
      metric: 'cpu_percent',
      ts: Float64Array.of(ms(1), ms(6), ms(7)),
      knownAt: Float64Array.of(ms(1), ms(6, '02:00'), ms(9)),
      value: Float64Array.of(10, 20, 30),
    });
  });

  it('that arrive later are not there', async () => {
    expect((await seriesAt(at(8)))[0]!.value).toEqual(Float64Array.of(10, 20));
    expect((await seriesAt(at(6, '01:59')))[0]!.value).toEqual(Float64Array.of(10));
    expect(await seriesAt('2026-02-01T00:00:00Z')).toEqual([]);
  });

  it('are known at once in the time of the data, where the receipt is on the clock of today', async () => {
    const [series] = await seriesAt(at(7), 'data');
    expect(series!.knownAt).toEqual(Float64Array.of(ms(1), ms(6), ms(7)));
  });

  it('are no later when the tables are made anew', async () => {
    await stage.database.pool.query(`update file set loaded_at = now() where source = 'metrics'`);
    expect((await seriesAt(at(9)))[0]!.knownAt[1]).toBe(ms(6, '02:00'));
  });
});

describe('facts from outside the runs', () => {
  it('are the accounts of files, changes of the contract, sources and versions of jobs', async () => {
    const jobIds = await jobIdsByName();
    const { sources, versions } = await factsAt(at(10));
    expect(sources).toEqual([
      {
        source: 'runs',
        files: {
          ts: Float64Array.of(ms(2, '01:00'), ms(6, '01:00'), ms(7, '01:00')),
          knownAt: Float64Array.of(ms(2, '01:00'), ms(6, '04:00'), ms(8, '01:00')),
          rowsIn: Float64Array.of(2, 2, 2),
          rowsRefused: Float64Array.of(0, 1, 0),
          valuesExpected: Float64Array.of(10, 5, 10),
          valuesTold: Float64Array.of(10, 5, 6),
          delayMs: Float64Array.of(Number.NaN, 2 * 3_600_000, 23 * 3_600_000),
        },
        contractChangedAt: Float64Array.of(ms(7)),
        jobs: inOrderOfJobs([
          [jobIds.a!, ms(1), ms(1, '01:00')],
          [jobIds.b!, ms(7), ms(7)],
        ]),
      },
    ]);
    expect(versions).toEqual([
      {
        jobId: jobIds.a,
        startedAt: Float64Array.of(ms(1), ms(7)),
        knownAt: Float64Array.of(ms(1, '01:00'), ms(7, '01:00')),
      },
    ]);
  });

  it('that are known later are not there', async () => {
    const { sources, versions } = await factsAt(at(6, '03:59'));
    expect(sources[0]!.files.ts).toEqual(Float64Array.of(ms(2, '01:00')));
    expect(sources[0]!.contractChangedAt).toEqual(new Float64Array());
    expect(sources[0]!.jobs.jobId.length).toBe(1);
    expect(versions[0]!.startedAt).toEqual(Float64Array.of(ms(1)));
    expect(await factsAt('2026-02-01T00:00:00Z')).toEqual({ sources: [], versions: [] });
  });

  it('tell neither delays nor changes of contracts in the time of the data', async () => {
    const { sources } = await factsAt(at(10), 'data');
    expect(sources[0]!.files.knownAt).toEqual(sources[0]!.files.ts);
    expect([...sources[0]!.files.delayMs]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect(sources[0]!.contractChangedAt).toEqual(new Float64Array());
  });
});

it('a snapshot holds them, and frozen twice it is the same', async () => {
  const freeze = () => stage.run(createFreezeSnapshot(stage.dependencies), { asOf: at(8) });
  const frozen = await freeze();
  expect(await freeze()).toEqual(frozen);
  const bytes = await stage.dependencies.objectStore.get(BUCKETS.training, frozen.snapshot);
  const { hostSeries, facts } = decodeSnapshot(bytes);
  expect(hostSeries).toEqual(await seriesAt(at(8)));
  expect(facts).toEqual(await factsAt(at(8)));
});

async function jobIdsByName(): Promise<Record<string, number>> {
  const { rows } = await stage.database.pool.query<{ id: number; name: string }>('select id, name from job');
  return Object.fromEntries(rows.map(({ id, name }) => [name, id]));
}

function inOrderOfJobs(feeds: [jobId: number, startedAt: number, knownAt: number][]) {
  const sorted = feeds.toSorted((a, b) => a[0] - b[0]);
  const column = (place: 0 | 1 | 2) => Float64Array.from(sorted, (feed) => feed[place]);
  return { jobId: column(0), startedAt: column(1), knownAt: column(2) };
}
