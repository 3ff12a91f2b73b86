import type { FindingKind } from '../detect/finding.ts';
import type { Severity } from '../detect/incidents/incident.ts';
import type { Language } from './message.ts';

export const CHANNEL_KINDS = ['mail', 'teams', 'slack', 'webhook'] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];

/** A way to people, as far as it matters to what they are told; addresses and secrets are elsewhere. */
export interface AlertChannel {
  name: string;
  kind: ChannelKind;
  language: Language;
}

/** Messages that are not of an incident are routed by these words, beside the kinds of findings. */
export const TOPICS = ['forecast', 'score-card', 'model', 'schedule', 'report'] as const;
export type Topic = (typeof TOPICS)[number];

/** Hours of the local clock, by day; those that end before they begin end on the next day. */
export interface LocalHours {
  /** Minutes after midnight, 0 to 1439. Equal ones are a whole day. */
  fromMinute: number;
  toMinute: number;
  /** Days on which they begin; 1 is Monday, 7 Sunday. */
  days: readonly number[];
}

/** What is left out matches everything. Patterns have `*` and `?`; capitals do not matter. */
export interface RouteMatch {
  severities?: readonly Severity[] | undefined;
  owners?: readonly string[] | undefined;
  jobs?: readonly string[] | undefined;
  namespaces?: readonly string[] | undefined;
  kinds?: readonly (FindingKind | Topic)[] | undefined;
  hours?: LocalHours | undefined;
}

/** The first route that matches a finding counts. */
export interface Route {
  match: RouteMatch;
  /** Names of channels. */
  tell: readonly string[];
  /** While nobody has acknowledged it; left out: as its severity asks for, null: never. */
  remindEveryMinutes?: number | null | undefined;
  /** When nobody has acknowledged it for so long, others are told; left out and null as above. */
  escalateAfterMinutes?: number | null | undefined;
  /** Whom; nobody named: those who know. */
  escalateTo: readonly string[];
}

/** Nothing is told meanwhile of jobs and hosts whose names match; what lasts longer is told at its end. */
export interface MaintenanceWindow {
  jobs: readonly string[];
  hosts: readonly string[];
  when: { fromMs: number; toMs: number } | LocalHours;
  why: string;
}

export interface RunBook {
  jobs?: readonly string[] | undefined;
  kinds?: readonly string[] | undefined;
  url: string;
}

export interface AlertSettings {
  channels: readonly AlertChannel[];
  routes: readonly Route[];
  /** What is not critical waits until their end and comes as one message. */
  quietHours: readonly LocalHours[];
  maintenance: readonly MaintenanceWindow[];
  runBooks: readonly RunBook[];
  /** IANA name: hours are those of its clock. */
  timeZone: string;
}
