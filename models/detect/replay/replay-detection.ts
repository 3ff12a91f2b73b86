import { subjectKey } from '../finding.ts';
import { AlarmClock } from './alarm-clock.ts';
import type { Feed } from './feed.ts';
import type { OpenFindings } from './open-findings.ts';
import { type ReplayedEvent, type ReplayedIncident, ReplayIncidents } from './replay-incidents.ts';
import type { FoundOnce, Rules } from './rules.ts';
import { ENDED, RECEIVED, SAMPLED, timelineOf } from './timeline.ts';
import { WatchedHost } from './watched-host.ts';
import { type SlotCounts, WatchedJob } from './watched-job.ts';
import { WatchedSource } from './watched-source.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export interface ReplaySettings {
  /** Nothing is looked at before; what was known by then is learned from. The start where it is left out. */
  fromMs?: number;
  /** The last instant that is looked at, epoch milliseconds. */
  untilMs: number;
  /** What becomes known within it is looked at together, at its end: the service is not faster either. */
  lookEveryMs: number;
  /** Jobs are learned anew so often; young ones every day. */
  relearnEveryMs: number;
  /** Servers and sources that tell nothing are looked at so often. */
  silenceEveryMs: number;
  /** Of the share of the feed that was replayed, 0 to 1. */
  onProgress?: (share: number) => void;
}

export const USUAL_SETTINGS = {
  lookEveryMs: MINUTE_MS,
  relearnEveryMs: 7 * 24 * HOUR_MS,
  silenceEveryMs: 10 * MINUTE_MS,
} satisfies Omit<ReplaySettings, 'untilMs'>;

/** What detection would have told, had it watched. */
export interface Replayed {
  /** By when they were found. */
  findings: FoundOnce[];
  incidents: ReplayedIncident[];
  events: ReplayedEvent[];
  /** How the slots of each job ended, in the order of the feed; and whether it had any schedule in the end. */
  slots: { jobId: number; counts: SlotCounts; hasSchedule: boolean }[];
  looks: number;
  learned: number;
}

interface Watched {
  readonly open: OpenFindings;
  look(asOfMs: number): boolean;
}

/** Which job follows which is learned so often. */
const UPSTREAMS_EVERY_MS = 28 * 24 * HOUR_MS;

/**
 * Replays a feed through detection as known then: at every instant at which something became known or a deadline
 * passed, it looks at the jobs, servers and sources concerned, with what was known at that instant and profiles learned
 * before. One thread; holds the feed and about forty runs a job beside it.
 *
 * Runs of a job, samples of a server and files of a source are told in the order in which they were known.
 */
export function replayDetection(feed: Feed, rules: Rules, settings: ReplaySettings): Replayed {
  const {
    untilMs,
    lookEveryMs,
    relearnEveryMs,
    silenceEveryMs,
    fromMs = Number.NEGATIVE_INFINITY,
  } = settings;
  const jobs = feed.jobs.map((job) => new WatchedJob(job, rules, relearnEveryMs, fromMs));
  const hostNames = [...new Set(feed.hosts.map(({ host }) => host))];
  const hosts = hostNames.map((name) => {
    const series = feed.hosts.filter(({ host }) => host === name);
    return new WatchedHost(
      name,
      series,
      jobs.filter((job) => job.feed.host === name),
      rules,
    );
  });
  const hostOf = feed.hosts.map(({ host }) => hostNames.indexOf(host));
  const sources = feed.sources.map((source) => new WatchedSource(source, rules));
  const watched: Watched[] = [...jobs, ...hosts, ...sources];
  const placeOf = new Map(watched.map(({ open }, place) => [open.subjectKey, place]));
  const incidents = new ReplayIncidents(jobs, rules);
  const events: ReplayedEvent[] = [];

  const timeline = timelineOf(feed);
  const { atMs } = timeline;
  /** One sleeper a subject, and one for the incidents, and one for what follows what. */
  const clock = new AlarmClock(watched.length + 2);
  const INCIDENTS = watched.length;
  const UPSTREAMS = watched.length + 1;
  const firstMs = atMs[0] ?? Number.POSITIVE_INFINITY;
  clock.set(UPSTREAMS, Math.max(fromMs, firstMs + UPSTREAMS_EVERY_MS));

  const concerned = new Set<number>();
  let next = 0;
  let looks = 0;
  while (next < atMs.length && atMs[next]! < fromMs) learnOf(next++, fromMs);
  if (concerned.size > 0 && fromMs <= untilMs) lookAt(fromMs);
  for (;;) {
    const firstEventMs = next < atMs.length ? atMs[next]! : Number.POSITIVE_INFINITY;
    const instant = Math.min(firstEventMs, clock.next());
    if (instant > untilMs || instant === Number.POSITIVE_INFINITY) break;
    const asOfMs = Math.min(untilMs, Math.ceil(instant / lookEveryMs) * lookEveryMs);
    while (next < atMs.length && atMs[next]! <= asOfMs) learnOf(next++, asOfMs);
    let placeAnew = false;
    while (clock.next() <= asOfMs) {
      const sleeper = clock.take();
      if (sleeper === UPSTREAMS) placeAnew = true;
      else if (sleeper === INCIDENTS)
        for (const subject of incidents.quiet()) concerned.add(placeOf.get(subjectKey(subject))!);
      else concerned.add(sleeper);
    }
    if (placeAnew) {
      incidents.place(rules.upstreams(feed.jobs, asOfMs));
      clock.set(UPSTREAMS, asOfMs + UPSTREAMS_EVERY_MS);
    }
    lookAt(asOfMs);
  }

  const findings = watched.flatMap(({ open }) => open.all).sort((a, b) => a.foundMs - b.foundMs);
  const slots = jobs.map((job) => ({
    jobId: job.feed.jobId,
    counts: job.finalCounts(),
    hasSchedule: job.profile?.schedule != null,
  }));
  const learned = jobs.reduce((sum, job) => sum + job.learned, 0);
  return { findings, incidents: incidents.all, events, slots, looks, learned };

  function learnOf(at: number, asOfMs: number): void {
    const of = timeline.of[at]!;
    const place = timeline.place[at]!;
    const kind = timeline.kind[at]!;
    if (kind === SAMPLED) {
      hosts[hostOf[of]!]!.learnOf(feed.hosts[of]!, place);
      concerned.add(jobs.length + hostOf[of]!);
    } else if (kind === RECEIVED) {
      sources[of]!.learnOf(place);
      concerned.add(jobs.length + hosts.length + of);
    } else {
      jobs[of]!.learnOf(place, kind === ENDED, asOfMs);
      concerned.add(of);
    }
  }

  function lookAt(asOfMs: number): void {
    const looked: OpenFindings[] = [];
    let isNews = false;
    const quiet = new Set(incidents.quiet().map(subjectKey));
    for (const place of concerned) {
      const subject = watched[place]!;
      looks++;
      // What is quiet ends by being looked at, not by news of its own.
      if (subject.look(asOfMs) || quiet.has(subject.open.subjectKey)) isNews = true;
      looked.push(subject.open);
      clock.set(place, subject instanceof WatchedJob ? subject.nextLookMs() : asOfMs + silenceEveryMs);
    }
    concerned.clear();
    if (isNews) {
      for (const event of incidents.look(looked, asOfMs)) events.push(event);
      clock.set(INCIDENTS, incidents.nextLookMs(asOfMs));
    }
    if (looks % 4096 < looked.length) settings.onProgress?.(next / Math.max(1, atMs.length));
  }
}
