/** What can be found wrong. One word each, the same in SQL, on screen and in messages. */
export const FINDING_KINDS = [
  /** The last finished run failed. */
  'crash',
  /** A run takes, or took, longer than its own past explains. */
  'slow',
  /** A run succeeded suspiciously fast. */
  'fast',
  /** A run wrote less than it should, or files of its set are missing. */
  'incomplete',
  /** What was sent did not come as it was sent. */
  'transmission',
  /** A slot's deadline passed and its run is not there, or came after it. */
  'late',
  /** A slot closed without a run. */
  'missing',
  /** A run nobody expected: doubled, or outside every slot. */
  'extra',
  /** Two runs of a job that never has two are under way together. */
  'overlap',
  /** A run that began, never ended, and cannot be alive. */
  'zombie',
  /** A server is in trouble, or will be. */
  'host',
  /** A source tells nothing, or nothing new. */
  'freshness',
  /** What a source tells became worse. */
  'quality',
  /** The forecast says a job will fail. */
  'risk',
  /** The model is no longer what it was: its data, or what they mean, moved. */
  'drift',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

/** What a finding is about. */
export type Subject =
  | { type: 'job'; jobId: number }
  | { type: 'host'; host: string }
  | { type: 'source'; source: string }
  | { type: 'model'; model: string };

/** `crash`, or `fast` at every second run, are news once; afterwards they are a state people know. */
export type Course = 'new' | 'chronic' | 'flapping';

export interface Evidence {
  /** In `unit`; null where a number would say nothing. */
  observed: number | null;
  /** What is normal. */
  expected: number | null;
  /** Beyond it, it is found. */
  limit: number | null;
  unit: 'ms' | 'rows' | 'files' | 'percent' | 'share' | 'days' | 'count' | null;
  /** The error message, the name of a metric, of a file. */
  text: string | null;
}

/** Something is wrong, as of an instant. Instants are epoch milliseconds. */
export interface Finding {
  /** The same thing found again has the same key; two things never share one. */
  key: string;
  kind: FindingKind;
  /** Which of several ways to be of this kind: `truncated`, `sequence-gap`, `disk-full`; null where there is one. */
  variant: string | null;
  subject: Subject;
  /** Since when it is so, which may be before it could be known. */
  sinceMs: number;
  /** The run it was seen in. */
  runKey: string | null;
  /** The slot it is about. */
  dueMs: number | null;
  evidence: Evidence;
  /** Template of the error message, the same for errors of one cause. */
  family: string | null;
  course: Course;
}

/** How a server, a source or a model is called: by what it is known for. */
export function calledOf(subject: Exclude<Subject, { type: 'job' }>): string {
  switch (subject.type) {
    case 'host':
      return subject.host;
    case 'source':
      return subject.source;
    case 'model':
      return subject.model;
  }
}

/** `crash/job 17`. */
export const subjectKey = (subject: Subject): string => {
  switch (subject.type) {
    case 'job':
      return `job ${subject.jobId}`;
    case 'host':
      return `host ${subject.host}`;
    case 'source':
      return `source ${subject.source}`;
    case 'model':
      return `model ${subject.model}`;
  }
};

/** Makes the key of a finding. `what` tells apart what can be wrong twice at once: a run, a slot, a metric. */
export const findingKey = (kind: FindingKind, subject: Subject, what?: string | number): string =>
  `${kind}/${subjectKey(subject)}${what === undefined ? '' : `/${what}`}`;

/** Evidence that is words alone. */
export const inWords = (text: string): Evidence => ({
  ...{ observed: null, expected: null, limit: null, unit: null },
  text,
});

/** A finding of how something is, of no run and no slot. `what` as for its key. */
export function findingOfState<Of extends Subject>({
  what,
  ...found
}: Pick<Finding, 'kind' | 'variant' | 'sinceMs' | 'evidence'> & { subject: Of; what?: string }): Finding & {
  subject: Of;
} {
  const key = findingKey(found.kind, found.subject, what);
  return { ...found, key, runKey: null, dueMs: null, family: null, course: 'new' };
}
