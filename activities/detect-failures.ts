import {
  type LastRun,
  lastFinishedRuns,
  openIncident,
  openIncidents,
  resolveIncident,
} from '../db/incidents.ts';
import { announceChange, withTransaction } from '../db/pool.ts';
import { incidentsOpenedMessage, incidentsResolvedMessage } from '../models/alerts/incidents-message.ts';
import { decideJobFailedIncidents, NEWS_DAYS } from '../models/detect/job-failed.ts';
import type { Dependencies } from './dependencies.ts';
import { tellMessage } from './tell-message.ts';

const DAY_MS = 86_400_000;

/**
 * Opens and ends the incidents of failed jobs as of an instant and puts one message about each in the outbox, all
 * in one transaction: an incident without its message, or told twice, cannot be.
 */
export function createDetectFailures({ pool, alerts, pageUrl }: Dependencies) {
  return async function detectFailures(input: {
    asOf: string;
  }): Promise<{ opened: number; resolved: number }> {
    const asOf = new Date(input.asOf);
    return withTransaction(pool, async (client) => {
      // One detection at a time: two would each see no open incident and argue over the same one.
      await client.query(`select pg_advisory_xact_lock(hashtextextended('detect', 0))`);
      const incidents = await openIncidents(client);
      const lastRuns = await lastFinishedRuns(client, asOf, new Date(asOf.getTime() - NEWS_DAYS * DAY_MS));
      const changes = decideJobFailedIncidents(lastRuns, incidents, asOf.getTime());

      const opened: { id: number; run: LastRun }[] = [];
      for (const run of changes.open) {
        const id = await openIncident(client, run);
        if (id !== null) opened.push({ id, run });
      }
      for (const { incident, run } of changes.resolve) {
        await resolveIncident(client, incident.id, run);
      }

      if (opened.length > 0) {
        const ids = opened.map(({ id }) => id);
        const runs = opened.map(({ run }) => run);
        await tellMessage(client, alerts, {
          kind: 'incidents-opened',
          topic: 'crash',
          told: ids.join(','),
          message: (language) => incidentsOpenedMessage(runs, language, pageUrl),
          asOf,
          event: 'opened',
          incidentIds: ids,
        });
      }
      if (changes.resolve.length > 0) {
        const ids = changes.resolve.map(({ incident }) => incident.id);
        const recovered = changes.resolve.map(({ incident, run }) => ({
          ...incident,
          startedAtMs: run.startedAtMs,
        }));
        await tellMessage(client, alerts, {
          kind: 'incidents-resolved',
          topic: 'crash',
          told: ids.join(','),
          message: (language) => incidentsResolvedMessage(recovered, language, pageUrl),
          asOf,
          event: 'resolved',
          incidentIds: ids,
        });
      }
      if (opened.length + changes.resolve.length > 0) await announceChange(client, 'incidents');
      return { opened: opened.length, resolved: changes.resolve.length };
    });
  };
}
