import { type LivingIncident, lockIncident, saveLife, subjectsOf } from '../../db/detect/incident-life.ts';
import { estateMoment } from '../../db/estate-clock.ts';
import { readIncidentStories } from '../../db/pages/read-incident-stories.ts';
import { announceChange, type Queryable, withTransaction } from '../../db/pool.ts';
import { patienceOf } from '../../models/alerts/patience.ts';
import type { IncidentState, Severity } from '../../models/detect/incidents/incident.ts';
import { type Life, nextStep, PATIENCE, transition } from '../../models/detect/incidents/life.ts';
import type { Dependencies } from '../dependencies.ts';
import { UnknownIncident } from '../detect/plan-rerun.ts';
import { tellNews } from './tell-news.ts';

export interface IncidentStep {
  state: IncidentState;
  severity: Severity;
  /** The first job, server or source that it is about; null: nothing lasts any more. */
  about: { name: string; isJob: boolean } | null;
  /** Look again after so long; null: only when something changes. */
  waitMs: number | null;
  /** Whether there is a message to deliver. */
  told: boolean;
  /** Its life is over. */
  ended: boolean;
  /** For people, some lines. */
  text: string;
}

export const lifeOf = (incident: LivingIncident): Life => ({
  state: incident.state,
  severity: incident.severity,
  // People knew before their state says so only when the message has just left.
  notifiedMs: incident.state === 'open' ? null : (incident.notifiedAt?.getTime() ?? null),
  acknowledgedMs: incident.acknowledgedAt?.getTime() ?? null,
  escalatedMs: incident.escalatedAt?.getTime() ?? null,
  lastToldMs: incident.lastToldAt?.getTime() ?? null,
  silencedUntilMs: incident.silencedUntil?.getTime() ?? null,
});

/**
 * Looks at an incident and takes the step that is due: people were told of it, it is escalated, they are reminded, or
 * it is over. State, message and times change in one transaction; done twice at the same instant it is done once.
 */
export function createAdvanceIncident(dependencies: Dependencies) {
  const { pool, now, time, pageUrl } = dependencies;
  return async function advanceIncident({ id }: { id: number }): Promise<IncidentStep> {
    return withTransaction(pool, async (client) => {
      const incident = await lockIncident(client, id);
      if (incident === null) throw new UnknownIncident(`there is no incident ${id}`);
      const nowMs = now();
      const at = new Date(nowMs);
      if (incident.state === 'resolved') {
        await saveLife(client, id, { lifeEndedAt: incident.lifeEndedAt ?? at }, at);
        return { ...(await described(client, incident, pageUrl)), waitMs: null, told: false, ended: true };
      }
      let life = lifeOf(incident);
      if (incident.notifiedAt !== null && life.notifiedMs === null) {
        life = transition(life, { type: 'notified', atMs: incident.notifiedAt.getTime() });
      }
      const [story] = await readIncidentStories(client, [id]);
      const asOf = await estateMoment(client, time, nowMs);
      const { severity } = incident;
      const patience = patienceOf(story!, dependencies.alerts, asOf.getTime(), PATIENCE[severity]);
      const due = nextStep(life, patience);
      const isDue = due !== null && due.atMs <= nowMs;
      const isEscalated = isDue && due.step === 'escalate';
      if (isDue) {
        life = transition(life, { type: isEscalated ? 'escalated' : 'reminded', atMs: nowMs });
        const event = isEscalated ? 'escalated' : 'reminder';
        await tellNews(client, dependencies, [{ story: { ...story!, state: life.state }, event }], asOf);
      }
      const change = { ...(isEscalated && { escalatedAt: at }), ...(isDue && { remindedAt: at }) };
      await saveLife(client, id, { state: life.state, ...change }, at);
      if (life.state !== incident.state) await announceChange(client, 'incidents');
      const next = nextStep(life, patience);
      const waitMs = next === null ? null : Math.max(1_000, next.atMs - nowMs);
      const changed = { ...incident, state: life.state };
      return { ...(await described(client, changed, pageUrl)), waitMs, told: isDue, ended: false };
    });
  };
}

async function described(
  client: Queryable,
  incident: LivingIncident,
  pageUrl: string,
): Promise<Pick<IncidentStep, 'state' | 'severity' | 'about' | 'text'>> {
  const { id, state, severity, causes, openedAt, resolvedAt, acknowledgedBy, silencedUntil } = incident;
  const subjects = await subjectsOf(client, id);
  const names = subjects.slice(0, 10).map(({ name }) => name.slice(0, 80));
  const more = subjects.length > 10 ? ` and ${subjects.length - 10} more` : '';
  const by = acknowledgedBy === null ? '' : ` by ${acknowledgedBy.slice(0, 80)}`;
  const lines = [
    `**${severity}**, ${state}${state === 'acknowledged' ? by : ''}, since ${openedAt.toISOString()}${resolvedAt === null ? '' : ` until ${resolvedAt.toISOString()}`}`,
    ...(causes.length === 0
      ? []
      : [
          `Probably: ${causes
            .slice(0, 3)
            .map(({ kind, name }) => `${kind} ${name.slice(0, 80)}`)
            .join('; ')}`,
        ]),
    ...(names.length === 0 ? [] : [`About: ${names.join(', ')}${more}`]),
    ...(silencedUntil === null ? [] : [`Silenced until ${silencedUntil.toISOString()}`]),
    `Its page: ${pageUrl}/incidents/${id}`,
    ...(state === 'resolved'
      ? []
      : [
          'Updates: **acknowledge**, **silence** (with "hours" or "until"), **waive**, **rerun**, each with {"who": "…", "why": "…"}',
        ]),
  ];
  return { state, severity, about: subjects[0] ?? null, text: lines.join('\n\n') };
}
