import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Finding, type FindingKind, findingKey, type Subject, subjectKey } from '../finding.ts';
import { applyChanges } from './apply-changes.ts';
import { groupFindings } from './group-findings.ts';
import {
  type GroupingContext,
  isQuiet,
  type JobPlace,
  type OpenIncident,
  type SeenRun,
} from './incident-changes.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 2, 1, 6);
const NO_EVIDENCE = { observed: null, expected: null, limit: null, unit: null, text: null };
const job = (jobId: number): Subject => ({ type: 'job', jobId });

function finding(kind: FindingKind, subject: Subject, more: Partial<Finding> = {}): Finding {
  const dueMs = kind === 'late' || kind === 'missing' ? (more.sinceMs ?? NOW) : null;
  return {
    ...{ key: findingKey(kind, subject, dueMs ?? undefined), kind, variant: null, subject, sinceMs: NOW },
    ...{ runKey: null, dueMs, evidence: NO_EVIDENCE, family: null, course: 'new' as const },
    ...more,
  };
}

const place = (jobId: number, more: Partial<JobPlace> = {}): [number, JobPlace] => [
  jobId,
  {
    ...{
      name: `job_${jobId}`,
      host: null,
      source: 'runs',
      criticality: 3,
      upstream: [],
      usualGapMs: 24 * HOUR,
      ...{ namespace: 'etl', owner: null },
    },
    ...more,
  },
];
const world = (places: [number, JobPlace][], seen: SeenRun[] = []): GroupingContext => ({
  jobs: new Map(places),
  seen,
});
const ranWell = (jobId: number, startedMs: number): SeenRun => ({
  ...{ jobId, runKey: `${jobId}/${startedMs}`, status: 'succeeded' as const, startedMs },
  endedMs: startedMs + 5 * MINUTE,
});

/** Looks one after the other. */
function stage(context: GroupingContext) {
  let ids = 0;
  let open: OpenIncident[] = [];
  const over: OpenIncident[] = [];
  const everything = [...context.jobs.keys()].map((jobId) => subjectKey(job(jobId)));
  return {
    look(found: Finding[], asOfMs = NOW, also: string[] = [], seen = context.seen) {
      const looked = new Set([...everything, ...found.map(({ subject }) => subjectKey(subject)), ...also]);
      const changes = groupFindings({ open, found, looked, context: { ...context, seen }, asOfMs });
      const after = applyChanges(open, changes, asOfMs, () => ++ids);
      open = after.open;
      over.push(...after.resolved);
      return changes;
    },
    get open() {
      return open;
    },
    over,
  };
}
const topCause = ({ causes: [first] }: { causes: readonly { kind: string; name: string }[] }) =>
  `${first!.kind} ${first!.name}`;
const rolesIn = ({ findings }: { findings: readonly { role: string }[] }) => findings.map(({ role }) => role);

describe('groupFindings', () => {
  it('does nothing about nothing', () => {
    expect(isQuiet(stage(world([])).look([]))).toBe(true);
  });

  it('opens one incident a job, and ends it when it is no longer found', () => {
    const { look, over } = stage(world([place(1), place(2)]));
    const { opened } = look([finding('crash', job(1)), finding('crash', job(2), { family: 'exit code 1' })]);
    expect(opened.map(({ causes }) => causes)).toEqual([
      [{ kind: 'itself', name: 'job_1', weight: 1 }],
      [{ kind: 'itself', name: 'job_2', weight: 1 }],
    ]);
    expect(look([finding('crash', job(2))], NOW + HOUR)).toMatchObject({
      resolved: [1],
      ended: [{ incidentId: 1 }],
    });
    expect(look([], NOW + 2 * HOUR).resolved).toEqual([2]);
    expect(over.map(({ resolvedMs }) => resolvedMs)).toEqual([NOW + HOUR, NOW + 2 * HOUR]);
  });

  it('leaves alone what was not looked at, what a load raised, and what a look in the past does not find', () => {
    const raised = finding('transmission', { type: 'source', source: 'runs' }, { variant: 'schema-changed' });
    const context = world([place(1)]);
    const all = stage(context);
    all.look([finding('crash', job(1)), raised]);
    const nothing = { open: all.open, found: [], context };
    const looked = new Set(['job 1', 'source runs']);
    expect(isQuiet(groupFindings({ ...nothing, looked: new Set(), asOfMs: NOW + HOUR }))).toBe(true);
    expect(isQuiet(groupFindings({ ...nothing, looked, asOfMs: NOW - HOUR }))).toBe(true);
    expect(groupFindings({ ...nothing, looked, asOfMs: NOW + HOUR }).ended).toEqual([
      { incidentId: 1, key: 'crash/job 1' },
    ]);
  });

  it('keeps what a job was told of together: a late run that is missing in the end is one story', () => {
    const { look } = stage(world([place(1)]));
    look([finding('late', job(1))]);
    const changes = look([finding('missing', job(1))], NOW + HOUR);
    expect(changes).toMatchObject({ joined: [{ incidentId: 1 }], ended: [{ incidentId: 1 }], resolved: [] });
  });

  it('takes a server in trouble for the cause of what fails on it, and that for consequences', () => {
    const { look } = stage(world([1, 2, 3].map((id) => place(id, { host: id === 3 ? 'other' : 'srv' }))));
    const { opened } = look([
      finding('host', { type: 'host', host: 'srv' }, { variant: 'memory', sinceMs: NOW - 10 * MINUTE }),
      finding('crash', job(1), { sinceMs: NOW - 5 * MINUTE }),
      finding('slow', job(2)),
      finding('crash', job(3)),
    ]);
    expect(opened.map(({ findings }) => findings.map(({ role }) => role))).toEqual([
      ['cause', 'consequence', 'consequence'],
      ['cause'],
    ]);
    expect(opened[0]!.causes[0]).toMatchObject({ kind: 'host', name: 'srv', weight: 0.9 });
  });

  it('does not blame a disk that will be full for what fails today', () => {
    const { look } = stage(world([place(1, { host: 'srv' })]));
    const full = finding(
      'host',
      { type: 'host', host: 'srv' },
      { evidence: { ...NO_EVIDENCE, unit: 'days' } },
    );
    expect(look([full, finding('crash', job(1))]).opened).toHaveLength(2);
  });

  it('concludes a server in trouble from jobs that fail together on it, unless others there do well', () => {
    const places = [1, 2, 3, 4, 5, 6, 7].map((id) => place(id, { host: 'srv' }));
    const found = [1, 2, 3].map((id) => finding('crash', job(id), { sinceMs: NOW + id * MINUTE }));
    expect(stage(world(places)).look(found).opened.map(topCause)).toEqual(['host srv']);
    const well = [4, 5, 6, 7].map((id) => ranWell(id, NOW));
    expect(stage(world(places, well)).look(found).opened).toHaveLength(3);
  });

  it('blames a server for a run that began long before and is slow since', () => {
    const evidence = { ...NO_EVIDENCE, limit: 2 * HOUR, unit: 'ms' as const };
    const slow = finding('slow', job(1), { sinceMs: NOW - 2 * HOUR, evidence });
    const { look } = stage(world([place(1, { host: 'srv' })]));
    expect(look([slow, finding('host', { type: 'host', host: 'srv' })]).opened).toHaveLength(1);
  });

  it('follows a failure downstream, look by look', () => {
    const { look } = stage(world([place(1), place(2, { upstream: [1] }), place(3, { upstream: [2] })]));
    look([finding('crash', job(1))]);
    look([finding('crash', job(1)), finding('missing', job(2), { sinceMs: NOW + HOUR })], NOW + HOUR);
    const changes = look(
      [
        finding('crash', job(1)),
        finding('missing', job(2), { sinceMs: NOW + HOUR }),
        finding('incomplete', job(3), { sinceMs: NOW + 2 * HOUR }),
      ],
      NOW + 2 * HOUR,
    );
    expect(changes.joined).toMatchObject([{ incidentId: 1, role: 'consequence' }]);
    expect(changes.regraded[0]!.causes[0]).toMatchObject({ kind: 'upstream', name: 'job_1' });
  });

  it('does not take a failure that came later for the cause', () => {
    const { look } = stage(world([place(1), place(2, { upstream: [1] })]));
    const found = [finding('crash', job(1), { sinceMs: NOW + HOUR }), finding('crash', job(2))];
    expect(look(found, NOW + HOUR).opened).toHaveLength(2);
  });

  it('sees errors that are alike, if they say anything', () => {
    const family = 'could not connect to database at *';
    const two = (text: string, gapMs: number) => [
      finding('crash', job(1), { family: text }),
      finding('crash', job(2), { family: text, sinceMs: NOW + gapMs }),
    ];
    const opened = (found: Finding[]) =>
      stage(world([place(1), place(2)])).look(found, NOW + 5 * HOUR).opened;
    const [together, ...others] = opened(two(family, 10 * MINUTE));
    expect([topCause(together!), ...rolesIn(together!)]).toEqual([
      `error-family ${family}`,
      'cause',
      'symptom',
    ]);
    expect(others).toEqual([]);
    expect(opened(two(family, 4 * HOUR))).toHaveLength(2);
    expect(opened(two('exit code 1', MINUTE))).toHaveLength(2);
  });

  it('tells one incident of a source that is silent and the jobs that look absent for it', () => {
    const { look } = stage(world([place(1), place(2, { source: 'other' })], [ranWell(2, NOW)]));
    const { opened } = look([
      finding('freshness', { type: 'source', source: 'runs' }),
      finding('late', job(1), { sinceMs: NOW + MINUTE }),
    ]);
    expect(opened.map(topCause)).toEqual(['source runs']);
    expect(rolesIn(opened[0]!)).toEqual(['cause', 'consequence']);
  });

  it('makes one incident of all the forecasts of a week', () => {
    const { look } = stage(world([place(1), place(2), place(3)]));
    const risk = [1, 2, 3].map((id) => finding('risk', job(id)));
    expect(look(risk).opened).toMatchObject([{ severity: 'warning' }]);
    expect(look([...risk, finding('crash', job(1))]).opened).toHaveLength(1);
  });
});

describe('a standstill', () => {
  const JOBS = Array.from({ length: 57 }, (_, index) => index + 1);
  const estate = world(JOBS.map((id) => place(id, { usualGapMs: HOUR })));
  /** Hourly jobs, each due at a minute of its own; `asOf` a few minutes after the deadlines. */
  const dueOf = (id: number, hour: number) => NOW + hour * HOUR + (id % 10) * MINUTE;
  const missing = (id: number, hour: number) => finding('missing', job(id), { sinceMs: dueOf(id, hour) });

  it('of 87 hours is one incident, told as it is found job by job', () => {
    const { look, over } = stage(estate);
    const found: Finding[] = [];
    for (let hour = 0; hour < 87; hour++) {
      for (const half of [0, 1]) {
        const due = JOBS.filter((id) => id % 10 < 5 === (half === 0));
        found.push(...due.map((id) => missing(id, hour)));
        look(found, NOW + hour * HOUR + (half + 20) * MINUTE);
      }
    }
    expect(found).toHaveLength(87 * 57);
    const all = stage(estate);
    all.look(found, NOW + 87 * HOUR);
    expect(all.open).toHaveLength(1);
    expect(over).toEqual([]);
    // It comes back job by job too.
    const back = (id: number) => ranWell(id, dueOf(id, 87));
    for (let until = 1; until <= 57; until++) {
      const seen = JOBS.slice(0, until).map(back);
      const left = found.filter(({ subject }) => subject.type === 'job' && subject.jobId > until);
      expect(look(left, NOW + 87 * HOUR + until * MINUTE, [], seen).opened).toEqual([]);
    }
    expect(over).toMatchObject([{ id: 1, severity: 'major' }]);
    expect(over.map(topCause)).toEqual(['schedule runs']);
  });

  it('is another one when jobs ran in between', () => {
    const { look } = stage(estate);
    expect(
      look(
        JOBS.map((id) => missing(id, 0)),
        NOW + HOUR,
      ).opened,
    ).toHaveLength(1);
    const seen = JOBS.map((id) => ranWell(id, dueOf(id, 1)));
    expect(look([], NOW + 2 * HOUR, [], seen).resolved).toEqual([1]);
    expect(
      look(
        JOBS.map((id) => missing(id, 2)),
        NOW + 3 * HOUR,
        [],
        seen,
      ).opened,
    ).toHaveLength(1);
  });

  it('is none when most of the jobs ran', () => {
    const seen = JOBS.slice(5).map((id) => ranWell(id, dueOf(id, 0)));
    const { look } = stage(estate);
    expect(
      look(
        JOBS.slice(0, 5).map((id) => missing(id, 0)),
        NOW + HOUR,
        [],
        seen,
      ).opened,
    ).toHaveLength(5);
  });
});

describe('a standstill of some', () => {
  const IDS = [1, 2, 3, 4, 5, 6, 7, 8];
  const owned = IDS.map((id) => place(id, { owner: id <= 4 ? 'sales' : 'stock', usualGapMs: HOUR }));
  const late = (id: number, sinceMs = NOW) => finding('late', job(id), { sinceMs });

  it('is not the failure that one of them had before', () => {
    const { look } = stage(world(owned));
    const crash = finding('crash', job(1), { sinceMs: NOW - 3 * HOUR });
    look([crash], NOW - 3 * HOUR);
    const changes = look([crash, ...IDS.map((id) => late(id))], NOW + MINUTE);
    expect(changes.joined).toEqual([]);
    expect(changes.opened.map(({ findings }) => findings.length)).toEqual([8]);
  });

  it('of one owner is one incident while the jobs of another run', () => {
    const seen = [5, 6, 7, 8].map((id) => ranWell(id, NOW + MINUTE));
    const { look } = stage(world(owned, seen));
    expect(look([late(1), late(2), late(3)], NOW + 20 * MINUTE).opened).toHaveLength(1);
    expect(look([late(1), late(2), late(3), late(4)], NOW + 21 * MINUTE).joined).toHaveLength(1);
  });

  it('is seen from the second absence on when nobody started since, though some did just before', () => {
    const before = IDS.filter((id) => id > 2).flatMap((id) =>
      Array.from({ length: 16 }, (_, round) => ranWell(id, NOW + 30_000 + id * 1000 - round * 15 * MINUTE)),
    );
    const found = [late(1), late(2, NOW + 15 * MINUTE)];
    expect(stage(world(owned, before)).look(found, NOW + 40 * MINUTE).opened).toHaveLength(1);
    const still = [...before, ...[3, 4, 5, 6].map((id) => ranWell(id, NOW + 16 * MINUTE))];
    expect(stage(world(owned, still)).look(found, NOW + 40 * MINUTE).opened).toHaveLength(2);
  });

  it('takes in its last slots, found when most jobs are back', () => {
    const { look } = stage(world(owned));
    const found = IDS.slice(1).map((id) => late(id));
    look(found, NOW + 20 * MINUTE);
    const back = IDS.slice(1, 7).map((id) => ranWell(id, NOW + 21 * MINUTE));
    look(found.slice(6), NOW + 22 * MINUTE, [], back);
    const changes = look([...found.slice(6), late(1, NOW + 5 * MINUTE)], NOW + 25 * MINUTE, [], back);
    expect(changes).toMatchObject({ opened: [], joined: [{ incidentId: 1 }] });
  });

  it('leaves alone the one that was absent hours before, while others ran', () => {
    const seen = IDS.filter((id) => id > 1).map((id) => ranWell(id, NOW - HOUR / 2));
    const { look } = stage(world(owned, seen));
    const found = [late(1, NOW - HOUR), ...IDS.filter((id) => id > 1).map((id) => late(id))];
    expect(look(found, NOW + 20 * MINUTE).opened.map(({ findings }) => findings.length)).toEqual([1, 7]);
  });
});

describe('of several reasons to belong together', () => {
  const family = 'could not connect to database at *';
  const crash = (id: number, sinceMs: number) => finding('crash', job(id), { family, sinceMs });

  it('the error counts for more than what else is wrong with the job', () => {
    const { look } = stage(world([place(1), place(2), place(3)]));
    const hanging = finding('zombie', job(2), { sinceMs: NOW - 40 * HOUR });
    look([hanging], NOW - HOUR);
    look([hanging, crash(1, NOW)], NOW + MINUTE);
    const changes = look([hanging, crash(1, NOW), crash(2, NOW + MINUTE)], NOW + 2 * MINUTE);
    expect(changes).toMatchObject({ opened: [], joined: [{ incidentId: 2 }] });
  });

  it('what a server has lived with for a day explains nothing new, that it is silent does', () => {
    const opened = (variant: string) => {
      const { look } = stage(world([place(1, { host: 'srv' })]));
      const old = finding('host', { type: 'host', host: 'srv' }, { variant, sinceMs: NOW - 24 * HOUR });
      look([old], NOW - 24 * HOUR);
      return look([old, finding('crash', job(1))], NOW).opened.length;
    };
    expect([opened('disk'), opened('silent')]).toEqual([1, 0]);
  });

  it('what is found of a job days later is told anew', () => {
    const { look } = stage(world([place(1)]));
    const hanging = finding('zombie', job(1), { sinceMs: NOW - 72 * HOUR });
    look([hanging], NOW - 72 * HOUR);
    expect(look([hanging, finding('crash', job(1))], NOW).opened).toHaveLength(1);
  });

  it('a server in trouble does not join the jobs of many servers', () => {
    const places = [1, 2, 3, 4, 5, 6].map((id) => place(id, { host: `srv-${id}` }));
    const { look } = stage(world(places));
    const absent = places.map(([id]) => finding('late', job(id)));
    look(absent, NOW + MINUTE);
    const memory = finding('host', { type: 'host', host: 'srv-1' }, { variant: 'memory' });
    expect(look([...absent, memory], NOW + 2 * MINUTE).opened).toHaveLength(1);
  });

  it('runs that nobody expected of one owner at one time are one piece of news', () => {
    const places = [1, 2, 3].map((id) => place(id, { owner: id < 3 ? 'sales' : 'stock' }));
    const extra = places.map(([id]) => finding('extra', job(id), { sinceMs: NOW + id * MINUTE }));
    const { opened } = stage(world(places)).look(extra, NOW + HOUR);
    expect(opened.map(({ findings }) => findings.length)).toEqual([2, 1]);
  });
});

describe('what comes and goes', () => {
  it('is told once: the incident stays open for three rounds of the job', () => {
    const { look } = stage(world([place(1, { usualGapMs: 4 * HOUR })]));
    const flapping = finding('crash', job(1), { course: 'flapping' });
    look([flapping]);
    expect(look([], NOW + HOUR)).toMatchObject({
      quieted: [{ quietMs: NOW + HOUR }],
      ended: [],
      resolved: [],
    });
    expect(look([flapping], NOW + 4 * HOUR)).toMatchObject({ opened: [], quieted: [{ quietMs: null }] });
    look([], NOW + 5 * HOUR);
    expect(isQuiet(look([], NOW + 16 * HOUR))).toBe(true);
    expect(look([], NOW + 17 * HOUR).resolved).toEqual([1]);
  });
});

describe('whatever happens', () => {
  const KINDS = ['crash', 'late', 'missing', 'slow', 'incomplete', 'risk', 'extra'] as const;
  const PLACES = Array.from({ length: 8 }, (_, id) =>
    place(id, {
      host: `srv-${id % 3}`,
      source: id < 6 ? 'runs' : 'events',
      upstream: id > 5 ? [id - 1] : [],
    }),
  );
  const hosts = ['srv-0', 'srv-1'].map((host): Subject => ({ type: 'host', host }));
  const sources = ['runs', 'events'].map((source): Subject => ({ type: 'source', source }));
  const minute = fc.integer({ min: 0, max: 600 }).map((minutes) => NOW - minutes * MINUTE);
  const anyFinding = fc.oneof(
    fc.record({
      kind: fc.constantFrom(...KINDS),
      subject: fc.integer({ min: 0, max: 7 }).map(job),
      sinceMs: minute,
      family: fc.constantFrom(null, 'could not reach host *', 'no space left on device'),
      course: fc.constantFrom('new' as const, 'chronic' as const, 'flapping' as const),
    }),
    fc.record({ kind: fc.constant('host' as const), subject: fc.constantFrom(...hosts), sinceMs: minute }),
    fc.record({
      kind: fc.constant('freshness' as const),
      subject: fc.constantFrom(...sources),
      sinceMs: minute,
    }),
  );
  const made = ({ kind, subject, ...more }: { kind: FindingKind; subject: Subject; sinceMs: number }) =>
    finding(kind, subject, more);
  const anyLook = fc.array(anyFinding.map(made), { maxLength: 14 });
  const anySeen = fc.array(
    fc
      .record({ jobId: fc.integer({ min: 0, max: 7 }), at: minute })
      .map(({ jobId, at }) => ranWell(jobId, at)),
    { maxLength: 6 },
  );
  const EVERYTHING = [...hosts, ...sources].map(subjectKey);

  it('each finding is in one incident, what ended alone resolves, and the same look again changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyLook, anySeen), { maxLength: 6 }), (looks) => {
        const all = stage(world(PLACES));
        for (const [index, [found, seen]] of looks.entries()) {
          const asOfMs = NOW + index * 20 * MINUTE;
          const before = new Set(all.open.map(({ id }) => id));
          const changes = all.look(found, asOfMs, EVERYTHING, seen);
          const lasting = all.open.flatMap(({ findings }) =>
            findings.filter(({ endedMs }) => endedMs === null),
          );
          const keys = lasting.map(({ key }) => key);
          expect(new Set(keys).size).toBe(keys.length);
          for (const { key } of found) expect(keys).toContain(key);
          const foundKeys = new Set(found.map(({ key }) => key));
          for (const { key, course, quietMs } of lasting) {
            if (!foundKeys.has(key)) expect([course, quietMs !== null]).toEqual(['flapping', true]);
          }
          for (const { findings, causes, resolvedMs } of all.open) {
            expect(findings.some(({ endedMs }) => endedMs === null)).toBe(true);
            expect(resolvedMs).toBeNull();
            expect(causes.length).toBeGreaterThan(0);
            expect(causes.reduce((sum, { weight }) => sum + weight, 0)).toBeLessThanOrEqual(1 + 1e-9);
          }
          for (const id of changes.resolved) expect(before.has(id)).toBe(true);
          for (const { findings } of all.over)
            expect(findings.every(({ endedMs }) => endedMs !== null)).toBe(true);
          expect(isQuiet(all.look(found, asOfMs, EVERYTHING, seen))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('the order of the findings does not matter', () => {
    fc.assert(
      fc.property(
        anyLook,
        anyLook,
        anySeen,
        fc.array(fc.nat(), { maxLength: 14 }),
        (first, found, seen, order) => {
          const looks = [
            found,
            found.toSorted((a, b) => order[found.indexOf(a)]! - order[found.indexOf(b)]!),
          ].map((second) => {
            const all = stage(world(PLACES));
            all.look(first, NOW, EVERYTHING, seen);
            return all.look(second, NOW + HOUR, EVERYTHING, seen);
          });
          expect(looks[1]).toEqual(looks[0]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('nothing moves from one incident to another', () => {
    fc.assert(
      fc.property(fc.array(anyLook, { maxLength: 5 }), (looks) => {
        const all = stage(world(PLACES));
        const home = new Map<string, number>();
        for (const [index, found] of looks.entries()) {
          all.look(found, NOW + index * HOUR, EVERYTHING);
          for (const incident of all.open) {
            for (const { key, foundMs } of incident.findings) {
              const what = `${key} ${foundMs}`;
              expect(home.get(what) ?? incident.id).toBe(incident.id);
              home.set(what, incident.id);
            }
          }
        }
      }),
    );
  });
});
