import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideJobFailedIncidents } from './job-failed.ts';

const DAY = 86_400_000;
const AS_OF = 100 * DAY;
const failed = { jobId: 1, runKey: 'a', status: 'failed' as const, startedAtMs: AS_OF - DAY };
const succeeded = { jobId: 1, runKey: 'b', status: 'succeeded' as const, startedAtMs: AS_OF - DAY };

describe('decideJobFailedIncidents', () => {
  it('knows nothing of nothing', () => {
    expect(decideJobFailedIncidents([], [], AS_OF)).toEqual({ open: [], resolve: [] });
  });

  it('opens an incident for a job whose last run failed', () => {
    expect(decideJobFailedIncidents([failed], [], AS_OF)).toEqual({ open: [failed], resolve: [] });
  });

  it('opens none for a job that has one', () => {
    expect(decideJobFailedIncidents([failed], [{ id: 9, jobId: 1 }], AS_OF)).toEqual({
      open: [],
      resolve: [],
    });
  });

  it('ends the incident at the first success', () => {
    const incident = { id: 9, jobId: 1 };
    expect(decideJobFailedIncidents([succeeded], [incident], AS_OF)).toEqual({
      open: [],
      resolve: [{ incident, run: succeeded }],
    });
  });

  it('takes a failure of exactly seven days as news and an older one as history', () => {
    const edge = { ...failed, startedAtMs: AS_OF - 7 * DAY };
    const older = { ...failed, startedAtMs: AS_OF - 7 * DAY - 1 };
    expect(decideJobFailedIncidents([edge], [], AS_OF).open).toEqual([edge]);
    expect(decideJobFailedIncidents([older], [], AS_OF).open).toEqual([]);
  });

  it('never has two open incidents of a job, and everything told is told to be over, whatever happens', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ jobId: fc.integer({ min: 1, max: 3 }), ok: fc.boolean() }), { maxLength: 40 }),
        (history) => {
          let open: { id: number; jobId: number }[] = [];
          const last = new Map<number, 'succeeded' | 'failed'>();
          for (const [index, { jobId, ok }] of history.entries()) {
            const status = ok ? ('succeeded' as const) : ('failed' as const);
            last.set(jobId, status);
            const run = { jobId, runKey: String(index), status, startedAtMs: AS_OF };
            const changes = decideJobFailedIncidents([run], open, AS_OF);
            open = open.filter(
              (incident) => !changes.resolve.some(({ incident: { id } }) => id === incident.id),
            );
            open.push(...changes.open.map(() => ({ id: index, jobId })));
          }
          const failing = [...last].filter(([, status]) => status === 'failed').map(([jobId]) => jobId);
          expect(open.map((incident) => incident.jobId).sort()).toEqual(failing.sort());
        },
      ),
    );
  });
});
