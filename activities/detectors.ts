import type { PoolClient } from 'pg';
import { detectJob } from '../models/detect/detect-job.ts';
import { type Finding, subjectKey } from '../models/detect/finding.ts';
import type { JobFacts } from '../models/detect/job-facts.ts';
import { NO_OVERRIDES } from '../models/detect/job-overrides.ts';

/** What the rules are asked: what is wrong with these jobs, servers and sources as of an instant. */
export interface Question {
  asOf: Date;
  facts: readonly JobFacts[];
  /** Since when something is news, of jobs that were heard of; epoch milliseconds. */
  newsSinceMs: (jobId: number) => number;
  /** Keys of the findings that are open. */
  open: ReadonlySet<string>;
}

export interface Answer {
  found: Finding[];
  /** `subjectKey` of everything that was looked at. */
  looked: Set<string>;
}

/** Asks all rules. */
export async function askDetectors(_client: PoolClient, question: Question): Promise<Answer> {
  const { asOf, facts, open, newsSinceMs } = question;
  return {
    found: facts.flatMap((job) =>
      detectJob(job, null, NO_OVERRIDES, asOf.getTime(), newsSinceMs(job.jobId), open),
    ),
    looked: new Set(facts.map(({ jobId }) => subjectKey({ type: 'job', jobId }))),
  };
}
