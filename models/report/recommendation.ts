const RECOMMENDATION_KINDS = [
  /** An error that keeps coming back. */
  'repair-error',
  /** Failures that nothing told of. */
  'find-failures',
  /** A query that costs much and was much faster before. */
  'speed-up-query',
  /** A job whose time nobody can rely on. */
  'steady-job',
  /** Runs that hinder each other on a server. */
  'spread-load',
  /** A server at its limit. */
  'relieve-server',
  /** Rows that are refused. */
  'mend-source',
  /** Slots that are not kept. */
  'keep-slots',
  /** Messages that nobody finds useful. */
  'quiet-alerts',
] as const;
export type RecommendationKind = (typeof RECOMMENDATION_KINDS)[number];
/** What people decided about one. */
export const RECOMMENDATION_STATES = ['open', 'accepted', 'rejected', 'done'] as const;
export type RecommendationState = (typeof RECOMMENDATION_STATES)[number];
export type Effort = 'small' | 'medium' | 'large';
export type GainUnit = 'hours' | 'failures' | 'messages' | 'rows' | 'slots';

/** Something to do, with what it rests on. Rates are of 30 days, so that periods can be compared. */
export interface Recommendation {
  /** The same in every period. */
  key: string;
  kind: RecommendationKind;
  /** Name of what it is about: a template, a fingerprint, a job, a server, a source, a kind of finding. */
  subject: string;
  /** 1 to 10 each, as in failure mode and effects analysis (IEC 60812): how often, how bad, how unnoticed. */
  frequency: number;
  severity: number;
  nonDetection: number;
  effort: Effort;
  /** What it is to improve, and how much of it there is in 30 days. */
  measured: number;
  /** What is gained in 30 days. */
  gain: number;
  gainUnit: GainUnit;
  /** Numbers and names it rests on. */
  evidence: Readonly<Record<string, number | string>>;
}

/** Risk priority number, 1 to 1,000 (IEC 60812). */
export const riskPriority = ({ frequency, severity, nonDetection }: Recommendation): number =>
  frequency * severity * nonDetection;

/** What is quickly done comes before what takes weeks: by how much, is a convention of ours. */
const FEASIBILITY: Record<Effort, number> = { small: 1, medium: 0.7, large: 0.45 };

/** By what it is ranked: priority weighed with feasibility. */
export const worth = (one: Recommendation): number => riskPriority(one) * FEASIBILITY[one.effort];

/** Most worthwhile first; of equals the one that gains more, then by key. */
export const rankRecommendations = (all: readonly Recommendation[]): Recommendation[] =>
  all.toSorted((a, b) => worth(b) - worth(a) || b.gain - a.gain || (a.key < b.key ? -1 : 1));

/** The measure of each kind, as the next report compares it. */
export const MEASURES: Record<RecommendationKind, string> = {
  'repair-error': 'failures_30d',
  'find-failures': 'unnoticed_failures_30d',
  'speed-up-query': 'query_hours_30d',
  'steady-job': 'hours_beyond_median_30d',
  'spread-load': 'extra_hours_30d',
  'relieve-server': 'hours_at_limit_30d',
  'mend-source': 'refused_rows_30d',
  'keep-slots': 'missed_slots_30d',
  'quiet-alerts': 'useless_messages_30d',
};
