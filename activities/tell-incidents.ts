import type { PoolClient } from 'pg';
import { markTold, toldOf } from '../db/incidents.ts';
import { queueNotification } from '../db/notifications.ts';
import { readIncidentStories } from '../db/read-incident-stories.ts';
import type { IncidentStory } from '../models/alerts/incident-story.ts';
import { incidentsOpenedMessage, incidentsResolvedMessage } from '../models/alerts/incidents-message.ts';
import {
  sourceIncidentOpenedMessage,
  sourceIncidentResolvedMessage,
} from '../models/alerts/source-incident-message.ts';
import { RAISED_BY_LOADS, type RaisedVariant } from '../models/detect/incidents/settle-findings.ts';
import type { Dependencies } from './dependencies.ts';
import { mailNotification } from './mail-notification.ts';

export type Teller = Pick<Dependencies, 'language' | 'pageUrl'>;

/** Numbers of incidents by what happened to them. */
export interface IncidentEvents {
  opened: readonly number[];
  /** Their severity rose. */
  worsened: readonly number[];
  resolved: readonly number[];
}

/**
 * Puts messages about incidents in the outbox, in the transaction that changes them. Of an end hears who heard of the
 * beginning, and nobody else.
 */
export async function tellIncidents(
  client: PoolClient,
  teller: Teller,
  asOf: Date,
  { opened, resolved }: IncidentEvents,
): Promise<void> {
  const told = await toldOf(client, resolved);
  const stories = await readIncidentStories(client, [...opened, ...told.keys()]);
  await tell(
    client,
    teller,
    'opened',
    stories.filter(({ id }) => opened.includes(id)),
  );
  await markTold(client, opened, asOf);
  await tell(
    client,
    teller,
    'resolved',
    stories.filter(({ id }) => told.has(id)),
  );
}

/** One message about all of them, those about sources apart. */
async function tell(
  client: PoolClient,
  { language, pageUrl }: Teller,
  event: 'opened' | 'resolved',
  stories: readonly IncidentStory[],
): Promise<void> {
  const { source = [], others = [] } = Object.groupBy(stories, (story) =>
    raisedIn(story) === null ? 'others' : 'source',
  );
  const queue = async (told: readonly IncidentStory[], message: { subject: string; text: string }) => {
    const ids = told.map(({ id }) => id);
    await queueNotification(client, mailNotification(`incidents-${event}`, ids.join(','), message), ids);
  };
  if (others.length > 0) {
    await queue(
      others,
      event === 'opened'
        ? incidentsOpenedMessage(others.map(failing), language, pageUrl)
        : incidentsResolvedMessage(others.map(recovered), language, pageUrl),
    );
  }
  for (const story of source) {
    const { kind, finding } = raisedIn(story)!;
    const { name, sinceMs, evidence } = finding;
    await queue(
      [story],
      event === 'opened'
        ? sourceIncidentOpenedMessage(
            { kind, source: name, detail: evidence.text ?? '', atMs: sinceMs },
            language,
            pageUrl,
          )
        : sourceIncidentResolvedMessage(
            { kind, source: name, openedAtMs: sinceMs, atMs: story.resolvedMs! },
            language,
            pageUrl,
          ),
    );
  }
}

function raisedIn({ findings }: IncidentStory) {
  const finding = findings[0]!;
  const kind = RAISED_BY_LOADS.find((variant) => variant === finding.variant);
  return kind === undefined ? null : { kind: kind as RaisedVariant, finding };
}

const failing = ({ findings: [first] }: IncidentStory) => {
  const { name, owner, host, sinceMs, kind, evidence } = first!;
  // Who knows no error at least hears what it is.
  const error = evidence.text ?? (kind === 'crash' ? null : kind);
  return { job: name, owner, host, startedAtMs: sinceMs, error };
};

const recovered = ({ findings: [first], resolvedMs }: IncidentStory) => {
  const { name, owner, sinceMs, lastSuccessMs } = first!;
  return { job: name, owner, failingSinceMs: sinceMs, startedAtMs: lastSuccessMs ?? resolvedMs! };
};
