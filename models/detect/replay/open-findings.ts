import { type Finding, type Subject, subjectKey } from '../finding.ts';
import type { FoundOnce } from './rules.ts';

/** What is wrong with one subject, from look to look. */
export class OpenFindings {
  readonly subjectKey: string;
  /** Everything found so far, also what has ended. */
  readonly all: FoundOnce[] = [];
  /** What is wrong now, by key, as found last. */
  found: readonly Finding[] = [];
  readonly #open = new Map<string, FoundOnce>();
  #keys: ReadonlySet<string> = new Set();

  constructor(subject: Subject) {
    this.subjectKey = subjectKey(subject);
  }

  get keys(): ReadonlySet<string> {
    return this.#keys;
  }

  /** Takes what is found now. @returns whether anything began, ended, or became of another kind or course */
  take(found: readonly Finding[], asOfMs: number): boolean {
    const before = this.found;
    this.found = found;
    if (found.length === 0 && before.length === 0) return false;
    let isNews = found.length !== before.length;
    const keys = new Set<string>();
    for (const finding of found) {
      keys.add(finding.key);
      const known = this.#open.get(finding.key);
      if (known === undefined) {
        const begun: FoundOnce = { finding, foundMs: asOfMs, endedMs: null, became: [] };
        this.#open.set(finding.key, begun);
        this.all.push(begun);
        isNews = true;
        continue;
      }
      const kind = known.became.at(-1)?.kind ?? known.finding.kind;
      if (kind === finding.kind) continue;
      known.became.push({ kind: finding.kind, atMs: asOfMs });
      isNews = true;
    }
    for (const [key, known] of this.#open) {
      if (keys.has(key)) continue;
      known.endedMs = asOfMs;
      this.#open.delete(key);
      isNews = true;
    }
    this.#keys = keys;
    return isNews;
  }
}
