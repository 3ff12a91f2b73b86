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
      if (incident.state === 'resolved') return { changed: false, said: `incident ${id} is over` };
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

  async function acknowledge(client: Queryable, incident: LivingIncident, { who }: ActInput): Promise<Acted> {
    const { id, state, acknowledgedBy } = incident;
    const at = new Date(now());
    const life = transition(lifeOf(incident), { type: 'acknowledged', atMs: at.getTime() });
    const before = { state, acknowledgedBy };
    if (life.state === state)
      return { before, after: null, said: `${acknowledgedBy} has taken on incident ${id} already` };
    await saveLife(client, id, { state: life.state, acknowledgedBy: who, acknowledgedAt: at }, at);
    return {
      before,
      after: { state: life.state, acknowledgedBy: who },
      said: `${who} has taken on incident ${id}`,
    };
  }

  async function silence(client: Queryable, incident: LivingIncident, { until }: ActInput): Promise<Acted> {
    const { id, silencedUntil } = incident;
    const at = new Date(now());
    const change: LifeChange = { silencedUntil: new Date(until!) };
    const [was, will] = [silencedUntil?.toISOString() ?? null, change.silencedUntil!.toISOString()];
    const before = { silencedUntil: was };
    if (was === will)
      return { before, after: null, said: `incident ${id} is silenced until ${will} already` };
    await saveLife(client, id, change, at);
    return { before, after: { silencedUntil: will }, said: `incident ${id} is silenced until ${will}` };
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
    const said =
      waived.length === 0
        ? `nothing of incident ${id} is left to waive; a source that cannot be loaded and a model that cannot be used end with the next good load or use`
        : `${waived.length} ${waived.length === 1 ? 'finding' : 'findings'} of incident ${id} waived; the next look ends what is waived, at a model once a day`;
    return {
      before: { waived: [] },
      after: waived.length === 0 ? null : { waived: waived.slice(0, 1_000).map(({ key }) => key) },
      said,
    };
  }
}
