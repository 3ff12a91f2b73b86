import { saveAuditEntry } from '../../db/access/audit-log.ts';
import { waiveSlot } from '../../db/detect/expectations.ts';
import {
  type LifeChange,
  type LivingIncident,
  lockIncident,
  saveLife,
  waiveFindings,
} from '../../db/detect/incident-life.ts';
import { lastArrival } from '../../db/estate-clock.ts';
import { announceChange, type Queryable, withTransaction } from '../../db/pool.ts';
import type { Language } from '../../models/alerts/message.ts';
import { SAID_OF_ACTS } from '../../models/alerts/said-of-acts.ts';
import { transition } from '../../models/detect/incidents/life.ts';
import { RAISED_BY_LOADS } from '../../models/detect/incidents/settle-findings.ts';
import { UNUSABLE } from '../../models/monitoring/model-finding.ts';
import type { Dependencies } from '../dependencies.ts';
import { UnknownIncident } from '../detect/plan-rerun.ts';
import { lifeOf } from './advance-incident.ts';

export interface ActInput {
  id: number;
  action: 'acknowledge' | 'silence' | 'waive';
  who: string;
  why: string;
  /** Of a silence: its end, ISO 8601. */
  until?: string | undefined;
  /** Of a waiver: keys of findings; left out, all that last. */
  findings?: string[] | undefined;
  /** Of the answer; left out: English. */
  language?: Language | undefined;
  workflowId: string;
}

/**
 * Does what a person decided about an incident, with the audit line, in one transaction. Deciding again what is so
 * already changes nothing and says so.
 */
export function createActOnIncident({ pool, time, now }: Dependencies) {
  return async function actOnIncident(input: ActInput): Promise<{ changed: boolean; said: string }> {
    const { id, who, why, action, workflowId } = input;
    return withTransaction(pool, async (client) => {
      const incident = await lockIncident(client, id);
      if (incident === null) throw new UnknownIncident(`there is no incident ${id}`);
      if (incident.state === 'resolved') {
        return { changed: false, said: saidOf(input).over(id) };
      }
      const act = { acknowledge, silence, waive }[action];
      const { before, after, said } = await act(client, incident, input);
      if (after === null) return { changed: false, said };
      await saveAuditEntry(client, {
        who,
        action: `incident-${action}`,
        subject: `incident ${id}`,
        why,
        before,
        after,
        workflowId,
      });
      await announceChange(client, 'incidents');
      return { changed: true, said };
    });
  };

  /** `after` is null when nothing changed. */
  interface Acted {
    before: unknown;
    after: unknown;
    said: string;
  }

  async function acknowledge(client: Queryable, incident: LivingIncident, input: ActInput): Promise<Acted> {
    const { who } = input;
    const { id, state, acknowledgedBy } = incident;
    const at = new Date(now());
    const life = transition(lifeOf(incident), { type: 'acknowledged', atMs: at.getTime() });
    const before = { state, acknowledgedBy };
    if (life.state === state) {
      return { before, after: null, said: saidOf(input).takenAlready(acknowledgedBy!, id) };
    }
    await saveLife(client, id, { state: life.state, acknowledgedBy: who, acknowledgedAt: at }, at);
    return {
      before,
      after: { state: life.state, acknowledgedBy: who },
      said: saidOf(input).taken(who, id),
    };
  }

  async function silence(client: Queryable, incident: LivingIncident, input: ActInput): Promise<Acted> {
    const { id, silencedUntil } = incident;
    const at = new Date(now());
    const until = new Date(input.until!);
    const change: LifeChange = { silencedUntil: until };
    const [was, will] = [silencedUntil?.toISOString() ?? null, until.toISOString()];
    const before = { silencedUntil: was };
    const said = saidOf(input);
    if (was === will) return { before, after: null, said: said.silencedAlready(id, until.getTime()) };
    await saveLife(client, id, change, at);
    return { before, after: { silencedUntil: will }, said: said.silenced(id, until.getTime()) };
  }

  async function waive(client: Queryable, { id }: LivingIncident, input: ActInput): Promise<Acted> {
    const { who, why, findings } = input;
    const lastKnown = time === 'data' ? await lastArrival(client) : null;
    const asOf = lastKnown ?? new Date(now());
    const waived = await waiveFindings(client, {
      incidentId: id,
      keys: findings ?? null,
      asOf,
      who,
      why,
      endedByItself: [...RAISED_BY_LOADS, UNUSABLE],
    });
    for (const { jobId, due } of waived) {
      if (jobId === null || due === null) continue;
      await waiveSlot(client, { jobId, dueMs: due.getTime(), at: asOf, who, why });
    }
    const { nothingToWaive, waived: saidWaived } = saidOf(input);
    const said = waived.length === 0 ? nothingToWaive(id) : saidWaived(waived.length, id);
    return {
      before: { waived: [] },
      after: waived.length === 0 ? null : { waived: waived.slice(0, 1_000).map(({ key }) => key) },
      said,
    };
  }
}

const saidOf = ({ language = 'en' }: ActInput) => SAID_OF_ACTS[language];
