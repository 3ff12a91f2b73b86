import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertNight, NIGHT_JOBS } from '../../tests/browser/night-rows.ts';
import { EXAMPLE_MS, type ExampleApi, startExampleApi } from '../../tests/example-api.ts';
import { jobDetailSchema, slotsSchema } from '../contract/jobs.ts';
import { durationsSchema, timelineSchema } from '../contract/runs.ts';

const HOUR_MS = 3_600_000;

describe('what the pages of the night and of a job read', () => {
  let api: ExampleApi;

  beforeAll(async () => {
    api = await startExampleApi();
    await insertNight(api.database.pool, api.jobIds, EXAMPLE_MS);
  });
  afterAll(() => api?.close());

  const answer = async (path: string): Promise<unknown> => (await fetch(api.url + path)).json();
  const idOf = (name: keyof typeof NIGHT_JOBS) => api.jobIds[NIGHT_JOBS[name]]!;

  test('the timeline has runs under way with their usual end, slots and who follows whom', async () => {
    const night = timelineSchema.parse(await answer('/v1/timeline'));
    expect(Date.parse(night.to) - Date.parse(night.from)).toBe(24 * HOUR_MS);
    const slow = night.runs.find(({ jobId, status }) => jobId === idOf('slow') && status === 'running')!;
    expect(Date.parse(slow.expectedEndAt!) - Date.parse(slow.startedAt)).toBeCloseTo(600_000, -1);
    const outcomes = night.slots.map(({ jobId, outcome }) => [jobId, outcome]);
    expect(outcomes).toEqual([
      [idOf('second'), 'late'],
      [idOf('missing'), 'missing'],
      [idOf('awaited'), null],
      [idOf('due'), null],
    ]);
    expect(night.follows).toContainEqual({ jobId: idOf('second'), upstreamId: idOf('first') });
    expect(night.complete).toBe(true);
  });

  test('it is bounded to two days, and to one server where that is asked', async () => {
    const long = await fetch(`${api.url}/v1/timeline?from=2026-03-01T00:00:00Z&to=2026-03-03T00:00:01Z`);
    expect(long.status).toBe(400);
    expect((await fetch(`${api.url}/v1/timeline?from=yesterday`)).status).toBe(400);
    const one = timelineSchema.parse(await answer('/v1/timeline?host=etl-02'));
    expect(one.hosts.map(({ host }) => host)).toEqual(['etl-02']);
    expect(one.runs.length).toBeGreaterThan(0);
  });

  test('a job tells its schedule in words, what is normal, whom it follows and its forecast', async () => {
    const job = jobDetailSchema.parse(await answer(`/v1/jobs/${idOf('slow')}`));
    expect(job.schedule).toMatchObject({
      en: 'every day at 05:00 (Europe/Paris)',
      fr: 'tous les jours à 05:00 (Europe/Paris)',
      declared: false,
    });
    expect(job.normal?.durationMs?.usual).toBeCloseTo(600_000, 0);
    expect(job.forecast?.job.rank).toBe(NIGHT_JOBS.slow + 1);
    const second = jobDetailSchema.parse(await answer(`/v1/jobs/${idOf('second')}`));
    expect(second.upstreams.map(({ jobId }) => jobId)).toEqual([idOf('first')]);
    expect(second.downstreams.map(({ jobId }) => jobId)).toEqual([idOf('third')]);
    expect(second).toMatchObject({ schedule: null, normal: null });
  });

  test('a job that there is not is 404, too few points are 400', async () => {
    expect((await fetch(`${api.url}/v1/jobs/1`)).status).toBe(404);
    expect((await fetch(`${api.url}/v1/jobs/1/durations?points=2`)).status).toBe(400);
  });

  test('durations are those that ended, with the band, thinned to what is asked', async () => {
    const all = durationsSchema.parse(await answer(`/v1/jobs/${idOf('slow')}/durations`));
    expect(all.runs).toBe(all.points.length);
    expect(all.points.length).toBeGreaterThan(5);
    expect(all.points.every(({ lowMs, highMs }) => lowMs !== null && highMs !== null)).toBe(true);
    const few = durationsSchema.parse(await answer(`/v1/jobs/${idOf('slow')}/durations?points=3`));
    expect(few.points.length).toBeLessThanOrEqual(3);
    expect(few.runs).toBe(all.runs);
    const longest = Math.max(...all.points.map(({ durationMs }) => durationMs));
    expect(few.points.map(({ durationMs }) => durationMs)).toContain(longest);
  });

  test('slots can be asked of a job and by outcome', async () => {
    const { items } = slotsSchema.parse(await answer(`/v1/slots?jobId=${idOf('missing')}`));
    expect(items.map(({ outcome }) => outcome)).toEqual(['missing']);
    const open = slotsSchema.parse(await answer('/v1/slots?outcome=open'));
    expect(open.items.map(({ jobId }) => jobId)).toEqual([idOf('awaited'), idOf('due')]);
  });
});
