import type { SourceFacts } from '../sources/source-facts.ts';
import type { SourceFeed } from './feed.ts';
import { OpenFindings } from './open-findings.ts';
import type { Rules } from './rules.ts';

const DAY_MS = 86_400_000;
/** As many of each as the rules are promised. */
const FILES = 500;
const TOLD = 2000;
const DAYS = 60;

/** One source of a replay. */
export class WatchedSource {
  readonly open: OpenFindings;
  readonly #rules: Rules;
  readonly #feed: SourceFeed;
  #received = 0;

  constructor(feed: SourceFeed, rules: Rules) {
    this.open = new OpenFindings({ type: 'source', source: feed.source });
    this.#feed = feed;
    this.#rules = rules;
  }

  /** Its file at a place is there, and those before it. */
  learnOf(place: number): void {
    this.#received = Math.max(this.#received, place + 1);
  }

  /** @returns whether something began or ended to be wrong */
  look(asOfMs: number): boolean {
    return this.open.take(this.#rules.detectSource(this.#factsAt(asOfMs), asOfMs), asOfMs);
  }

  #factsAt(asOfMs: number): SourceFacts {
    const { files, digests, days, troubles, ...rest } = this.#feed;
    const told = files.slice(Math.max(0, this.#received - TOLD), this.#received);
    return {
      ...rest,
      toldMs: told.map(({ receivedAtMs }) => receivedAtMs),
      files: told.slice(-FILES),
      digests: digests.filter(
        ({ receivedAtMs }) => receivedAtMs <= asOfMs && receivedAtMs > asOfMs - 7 * DAY_MS,
      ),
      days: days.filter(({ day }) => Date.parse(day) + DAY_MS <= asOfMs).slice(-DAYS),
      troubles: troubles.filter(({ sinceMs, untilMs }) => sinceMs <= asOfMs && asOfMs < untilMs),
    };
  }
}
