import { saveAuditEntry } from '../../db/access/audit-log.ts';
import {
  findJobsNamed,
  findVictims,
  orderOf,
  saveRerun,
  upstreamCauseOf,
  type VictimFacts,
} from '../../db/detect/reruns.ts';
import { estateNow } from '../../db/estate-clock.ts';
import { loadHistories } from '../../db/forecast/history.ts';
import { readFollows } from '../../db/job-follows.ts';
import { announceChange, type Queryable, withTransaction } from '../../db/pool.ts';
import { learnUpstreams } from '../../models/detect/learn-upstreams.ts';
import { orderReruns, type RerunOrder } from '../../models/detect/rerun-order.ts';
import type { Dependencies } from '../dependencies.ts';
import { InvalidInput } from '../resolve-as-of.ts';

/** No incident has this number. */
export class UnknownIncident extends Error {
  override name = 'UnknownIncident';
}

/** No job has this name, or several have. */
export class UnknownJob extends Error {
  override name = 'UnknownJob';
}

export interface PlanInput {
  /** The incident whose victims run again; left out: `jobs`. */
  incident?: number | undefined;
  /** Names, or `namespace/name`. */
  jobs?: string[] | undefined;
  who: string;
  why: string;
  /** Only tell what would run again. */
  dryRun: boolean;
  rerunId: string;
  workflowId: string;
}

export interface RerunPlan {
  /** In their order; each with the names of those it waits for. */
  victims: number;
  /** The first of them, one a line, for people. */
  order: string;
  /** Sentences about circles that were broken. */
  cycles: string[];
}

/** An estate has hundreds of jobs: more than this was not meant. */
const MOST_VICTIMS = 2_000;
const LISTED = 100;

/**
 * Finds the victims and their order and keeps them, with the audit line, in one transaction. Asked again for the same
 * re-run it tells what it kept then.
 */
export function createPlanRerun({ pool, time, now }: Dependencies) {
  return async function planRerun(input: PlanInput): Promise<RerunPlan> {
    const { incident, who, why, dryRun, rerunId, workflowId } = input;
    const known = dryRun ? { victims: [], cycles: 0 } : await orderOf(pool, rerunId);
    if (known.victims.length > 0) return { victims: known.victims.length, order: '', cycles: [] };
    const facts = await factsOf(pool, input);
    if (facts.size > MOST_VICTIMS) {
      throw new InvalidInput(`at most ${MOST_VICTIMS} jobs can run again at once, found ${facts.size}`);
    }
    const order = await orderFor(facts, incident);
    const plan = describe(order, facts);
    if (dryRun || facts.size === 0) return plan;
    await withTransaction(pool, async (client) => {
      const rerun = { id: rerunId, workflowId, incidentId: incident ?? null, who, why, order, facts };
      if (!(await saveRerun(client, rerun))) return;
      await saveAuditEntry(client, {
        who,
        action: 'rerun',
        subject:
          incident === undefined
            ? `jobs ${[...names(facts)].join(', ')}`.slice(0, 500)
            : `incident ${incident}`,
        why,
        before: null,
        after: { rerun: rerunId, jobs: [...facts.keys()] },
        workflowId,
      });
      await announceChange(client, 'incidents');
    });
    return plan;
  };

  async function orderFor(facts: ReadonlyMap<number, VictimFacts>, incident?: number): Promise<RerunOrder> {
    // One job waits for nobody: its history need not be read.
    if (facts.size < 2) return orderReruns([...facts.keys()].map((jobId) => ({ jobId, upstreams: [] })));
    const follows = await learnedFollows(facts);
    const causes = incident === undefined ? [] : await upstreamCauseOf(pool, incident);
    const told = [...facts.values()].filter(({ job }) => causes.includes(job)).map(({ jobId }) => jobId);
    return orderReruns(
      [...facts.keys()].map((jobId) => ({
        jobId,
        upstreams: [...(follows.get(jobId) ?? []), ...(told.includes(jobId) ? [] : told)],
      })),
    );
  }

  /** What is kept; where nothing is yet, what these jobs tell by themselves. */
  async function learnedFollows(facts: ReadonlyMap<number, VictimFacts>): Promise<Map<number, number[]>> {
    const kept = await readFollows(pool);
    if (kept.size > 0) return kept;
    const asOf = await estateNow(pool, time, now());
    const histories = (await loadHistories(pool, asOf)).filter(({ jobId }) => facts.has(jobId));
    return learnUpstreams(histories, asOf.getTime());
  }
}

async function factsOf(
  client: Queryable,
  { incident, jobs = [] }: PlanInput,
): Promise<Map<number, VictimFacts>> {
  const facts = new Map<number, VictimFacts>();
  if (incident !== undefined) {
    const { rowCount } = await client.query('select from incident where id = $1', [incident]);
    if (rowCount === 0) throw new UnknownIncident(`there is no incident ${incident}`);
    for (const victim of await findVictims(client, incident)) facts.set(victim.jobId, victim);
  }
  for (const name of jobs) {
    const found = await findJobsNamed(client, name);
    if (found.length === 0) throw new UnknownJob(`there is no job named "${name}"`);
    if (found.length > 1) {
      const which = found.map(({ namespace, job }) => `${namespace}/${job}`).join(', ');
      throw new UnknownJob(`"${name}" are ${found.length} jobs; say which: ${which}`);
    }
    facts.set(found[0]!.jobId, found[0]!);
  }
  return facts;
}

const names = (facts: ReadonlyMap<number, VictimFacts>) => [...facts.values()].map(({ job }) => job);

function describe(order: RerunOrder, facts: ReadonlyMap<number, VictimFacts>): RerunPlan {
  const nameOf = (jobId: number) => facts.get(jobId)!.job.slice(0, 100);
  const lines = order.victims.slice(0, LISTED).map(({ jobId, after }, index) => {
    const before = after.slice(0, 3).map(nameOf).join(', ') + (after.length > 3 ? ', …' : '');
    return `${index + 1}. ${nameOf(jobId)}${before === '' ? '' : ` after ${before}`}`;
  });
  if (order.victims.length > LISTED) lines.push(`… and ${order.victims.length - LISTED} more`);
  const cycles = order.cycles.slice(0, 10).map(({ jobIds, leftOut }) => {
    const circle = jobIds.slice(0, 5).map(nameOf).join(', ') + (jobIds.length > 5 ? ', …' : '');
    return `${circle} follow one another in a circle: ${nameOf(leftOut.jobId)} does not wait for ${nameOf(leftOut.upstream)}`;
  });
  return { victims: order.victims.length, order: lines.join('\n'), cycles };
}
