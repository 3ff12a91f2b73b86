import type { JobBaselines } from '../baselines/job-baselines.ts';
import type { Finding } from '../finding.ts';
import type { HostFacts } from '../hosts/host-facts.ts';
import type { IncidentChanges, Look } from '../incidents/incident-changes.ts';
import type { JobFacts, RunFact } from '../job-facts.ts';
import type { LearnedSchedule } from '../schedule/schedule.ts';
import type { Slot, SlotFact } from '../schedule/slot.ts';
import type { SourceFacts } from '../sources/source-facts.ts';
import type { JobFeed } from './feed.ts';

/** What was learned of a job at an instant. */
export interface Profile {
  /** null: it keeps none that could be learned. */
  schedule: LearnedSchedule | null;
  /** null: not enough data. */
  baselines: JobBaselines | null;
}

/**
 * The pure steps of detection, as a replay calls them: the same functions that the service calls, with their settings
 * inside. Another set of rules is another `Rules`.
 */
export interface Rules {
  /** From what was known at an instant; runs that began later are not in the feed that it is given. */
  learn(job: JobFeed, asOfMs: number): Profile;
  /** The slots due from one instant, included, to another, by due. */
  slots(schedule: LearnedSchedule, fromMs: number, toMs: number): Slot[];
  settle(
    slots: readonly SlotFact[],
    runs: readonly RunFact[],
    schedule: LearnedSchedule,
    asOfMs: number,
  ): SlotFact[];
  /** Everything wrong with a job now. */
  detectJob(
    facts: JobFacts,
    profile: Profile | null,
    asOfMs: number,
    newsSinceMs: number,
    open: ReadonlySet<string>,
  ): Finding[];
  /** Everything wrong with a server now, and the facts with their samples read. */
  detectHost(facts: HostFacts, asOfMs: number): { facts: HostFacts; found: Finding[] };
  detectSource(facts: SourceFacts, asOfMs: number): Finding[];
  group(look: Look): IncidentChanges;
  /** Of each job those that it follows, by ids. */
  upstreams(jobs: readonly JobFeed[], asOfMs: number): ReadonlyMap<number, readonly number[]>;
}

/** Something wrong, from the instant it was found to the instant it was no longer. */
export interface FoundOnce {
  /** As it was first found. */
  finding: Finding;
  foundMs: number;
  /** null: it lasted when the replay ended. */
  endedMs: number | null;
  /** Later states, where the kind changed: what was late is missing. */
  became: { kind: Finding['kind']; atMs: number }[];
}
