import type { PoolClient } from 'pg';
import {
  forgetExtra,
  jobsToSettle,
  readSlots,
  runsSince,
  type SlotChange,
  saveOutcomes,
} from '../../db/detect/expectations.ts';
import { lockExpectations, readProfiles } from '../../db/detect/job-profiles.ts';
import { announceChange, withTransaction } from '../../db/pool.ts';
import { settledChanges, settleSlots } from '../../models/detect/schedule/settle-slots.ts';
import type { SlotFact } from '../../models/detect/schedule/slot.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';

const DAY_MS = 86_400_000;
/** A log may come so late and still correct what a slot ended as. */
const CORRECTED_DAYS = 8;
/** What a run follows must be known too: a slot closes within two days. */
const READ_DAYS = CORRECTED_DAYS + 3;
/** Slots that are due later cannot have a run yet. */
const AHEAD_MS = DAY_MS;
const NO_LAG = { tolerance: { lagMs: 0 } };

export interface SettledExpectations {
  /** Slots that ended now, by outcome. */
  ended: Partial<Record<'met' | 'late' | 'missing' | 'extra', number>>;
  /** Slots whose outcome a late log corrected. */
  corrected: number;
}

export interface SettleQuestion {
  asOfMs: number;
  /** Only jobs of which something became known after it, or a slot closed; null: all. */
  sinceMs: number | null;
  /** These jobs in any case. */
  also?: readonly number[];
}

/** Writes what became of slots as known at an instant. */
export function createSettleExpectations({ pool }: Dependencies) {
  return async function settleExpectations(input: {
    asOf: string;
    since?: string;
  }): Promise<SettledExpectations> {
    const sinceMs = input.since === undefined ? null : Date.parse(input.since);
    return withHeartbeat(() =>
      withTransaction(pool, async (client) => {
        await lockExpectations(client);
        return settle(client, { asOfMs: Date.parse(input.asOf), sinceMs });
      }),
    );
  };
}

/** The same in the caller's transaction, which holds the lock of expectations. */
export async function settle(
  client: PoolClient,
  { asOfMs, sinceMs, also = [] }: SettleQuestion,
): Promise<SettledExpectations> {
  const jobIds = [...new Set([...(await jobsToSettle(client, { asOfMs, sinceMs })), ...also])];
  const slots = byJob(
    await readSlots(client, { jobIds, fromMs: asOfMs - READ_DAYS * DAY_MS, toMs: asOfMs + AHEAD_MS }),
  );
  const fromMs = Math.min(asOfMs, ...[...slots.values()].map(([first]) => first!.earliestMs));
  const runs = byJob(await runsSince(client, { jobIds: [...slots.keys()], fromMs, asOfMs }));
  const profiles = new Map((await readProfiles(client, jobIds)).map((profile) => [profile.jobId, profile]));
  const changes: SlotChange[] = [];
  const expectedAfterAll: { jobId: number; runKey: string }[] = [];
  for (const [jobId, before] of slots) {
    const schedule = profiles.get(jobId)?.schedule ?? NO_LAG;
    // Keys of columns that are no part of a slot would make every slot another one.
    const facts = before.map(({ jobId: _, ...slot }): SlotFact => slot);
    const after = settleSlots(facts, runs.get(jobId) ?? [], schedule, asOfMs);
    const found = settledChanges(facts, after, asOfMs - CORRECTED_DAYS * DAY_MS);
    changes.push(...found.changes.map((change) => ({ jobId, ...change })));
    expectedAfterAll.push(...found.expectedAfterAll.map((runKey) => ({ jobId, runKey })));
  }
  await forgetExtra(client, expectedAfterAll);
  await saveOutcomes(client, changes);
  if (changes.length + expectedAfterAll.length > 0) await announceChange(client, 'expectations');
  return count(changes);
}

function byJob<Row extends { jobId: number }>(rows: readonly Row[]): Map<number, Row[]> {
  const jobs = new Map<number, Row[]>();
  for (const row of rows) {
    const own = jobs.get(row.jobId);
    if (own === undefined) jobs.set(row.jobId, [row]);
    else own.push(row);
  }
  return jobs;
}

function count(changes: readonly SlotChange[]): SettledExpectations {
  const settled: SettledExpectations = { ended: {}, corrected: 0 };
  for (const { slot, correctedFrom } of changes) {
    if (correctedFrom !== null) settled.corrected++;
    else if (slot.outcome !== null && slot.outcome !== 'waived') {
      settled.ended[slot.outcome] = (settled.ended[slot.outcome] ?? 0) + 1;
    }
  }
  return settled;
}
