import { describe, expect, it } from 'vitest';
import type { Finding } from '../finding.ts';
import { groupFindings } from './group-findings.ts';
import { isQuiet } from './incident-changes.ts';
import {
  finding,
  HOUR,
  job,
  MINUTE,
  NO_EVIDENCE,
  NOW,
  place,
  ranWell,
  rolesIn,
  stage,
  topCause,
  world,
} from './made-up-incidents.ts';

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
