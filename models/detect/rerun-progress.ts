/** What is known of a victim while its re-run is under way. Instants are epoch milliseconds by the clock of the wall. */
export interface VictimProgress {
  jobId: number;
  job: string;
  after: readonly number[];
  state: 'waiting' | 'asking' | 'asked' | 'started' | 'by-hand' | 'done';
  outcome: string | null;
  deadlineMs: number | null;
}

export interface RerunProgress {
  /** Those whose turn it is, in their order. */
  ready: number[];
  /** Those that will not run, each with the first before it that did not succeed. */
  skipped: { jobId: number; because: string }[];
  /** Those whose time is over. */
  late: number[];
  /** Victims without an outcome, those above included. */
  open: number;
  /** The next instant at which time alone changes something; null: none. */
  nextMs: number | null;
}

/** Whose turn it is, who is skipped, who is late: from the states of all victims, in their order, at an instant. */
export function rerunProgress(victims: readonly VictimProgress[], nowMs: number): RerunProgress {
  const progress: RerunProgress = { ready: [], skipped: [], late: [], open: 0, nextMs: null };
  const byId = new Map(victims.map((victim) => [victim.jobId, victim]));
  const skippedNow = new Set<number>();
  for (const { jobId, after, state, deadlineMs } of victims) {
    if (state === 'done') continue;
    progress.open++;
    if (state === 'waiting' || state === 'asking') {
      const before = after.map((id) => byId.get(id)!);
      const bad = before.find(
        (one) => skippedNow.has(one.jobId) || (one.outcome !== null && one.outcome !== 'succeeded'),
      );
      if (bad !== undefined) {
        skippedNow.add(jobId);
        progress.skipped.push({ jobId, because: bad.job });
      } else if (before.every(({ outcome }) => outcome === 'succeeded')) progress.ready.push(jobId);
    } else if (deadlineMs !== null && deadlineMs <= nowMs) progress.late.push(jobId);
    else if (deadlineMs !== null) progress.nextMs = Math.min(progress.nextMs ?? deadlineMs, deadlineMs);
  }
  return progress;
}

const SIGNS: Record<string, string> = {
  waiting: '…',
  asking: '→',
  asked: '→',
  started: '▶',
  'by-hand': '✋',
  succeeded: '✓',
  failed: '✗',
  'not-started': '✗',
  'no-way': '✗',
  skipped: '–',
};

const LISTED = 30;

/** The state of a re-run as a person reads it in the Temporal UI. */
export function rerunText(
  victims: readonly (Pick<VictimProgress, 'job' | 'state' | 'outcome'> & { detail: string | null })[],
): string {
  const done = victims.filter(({ outcome }) => outcome !== null).length;
  const lines = victims.slice(0, LISTED).map(({ job, state, outcome, detail }) => {
    const word = outcome ?? (state === 'by-hand' ? 'to do by hand' : state);
    return `${SIGNS[outcome ?? state]} ${job.slice(0, 80)}: ${word}${detail === null ? '' : ` (${detail.slice(0, 120)})`}`;
  });
  if (victims.length > LISTED) lines.push(`… and ${victims.length - LISTED} more`);
  return [`${done} of ${victims.length} handled`, ...lines].join('\n\n');
}
