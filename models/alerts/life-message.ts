import type { Severity } from '../detect/incidents/incident.ts';
import { instantText, type Language, listed, type Message, oneLine } from './message.ts';

/** An incident that goes on. */
export interface LastingIncident {
  id: number;
  severity: Severity;
  /** The likeliest cause. */
  cause: string;
  openedMs: number;
  /** Names of the jobs, servers and sources that it is about. */
  about: readonly string[];
}

const SEVERITY_WORDS: Record<Severity, [string, string]> = {
  critical: ['critical', 'critique'],
  major: ['major', 'majeur'],
  minor: ['minor', 'mineur'],
  warning: ['warning', 'avertissement'],
};

/** Tells that an incident lasts and nobody has taken it on: once more, or because the time for that is over. */
export function lifeMessage(
  event: 'reminder' | 'escalated',
  incident: LastingIncident,
  language: Language,
  pageUrl: string,
): Message {
  const { id, severity, cause, openedMs, about } = incident;
  const french = language === 'fr';
  const word = SEVERITY_WORDS[severity][french ? 1 : 0];
  const name = oneLine(cause, 80);
  const since = instantText(openedMs);
  const list = listed(about, (one) => `- ${oneLine(one)}`, language);
  if (french) {
    const start = event === 'escalated' ? 'Personne ne s’en occupe' : 'Toujours en cours';
    return {
      subject: `${start} : ${name} (${word})`,
      text: `L’incident ${id} (${word}) dure depuis ${since} et personne ne l’a pris en charge :\n\n${list}\n\nPour le prendre en charge : ${pageUrl}`,
    };
  }
  const start = event === 'escalated' ? 'Nobody has taken it on' : 'Still going on';
  return {
    subject: `${start}: ${name} (${word})`,
    text: `Incident ${id} (${word}) lasts since ${since}, and nobody has taken it on:\n\n${list}\n\nTo take it on: ${pageUrl}`,
  };
}
