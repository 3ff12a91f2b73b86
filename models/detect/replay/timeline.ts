import type { Feed } from './feed.ts';

/** What can become known. */
export const STARTED = 0;
export const ENDED = 1;
export const SAMPLED = 2;
export const RECEIVED = 3;

/** Everything a feed tells, in the order in which it was known, in columns. */
export interface Timeline {
  atMs: Float64Array;
  kind: Uint8Array;
  /** Place of the job, the series or the source in the feed. */
  of: Int32Array;
  /** Place of the run, the sample or the file. */
  place: Int32Array;
}

/**
 * Orders a feed by when each thing was known; of things known at once, those told first in the feed come first, starts
 * before ends.
 */
export function timelineOf({ jobs, hosts, sources }: Feed): Timeline {
  let most = 0;
  for (const { startedAt } of jobs) most += 2 * startedAt.length;
  for (const { ts } of hosts) most += ts.length;
  for (const { files } of sources) most += files.length;
  const atMs = new Float64Array(most);
  const kind = new Uint8Array(most);
  const of = new Int32Array(most);
  const place = new Int32Array(most);
  let count = 0;
  const add = (instant: number, what: number, owner: number, at: number) => {
    atMs[count] = instant;
    kind[count] = what;
    of[count] = owner;
    place[count] = at;
    count++;
  };
  for (const [index, { startKnownAt, knownAt }] of jobs.entries()) {
    for (let i = 0; i < knownAt.length; i++) {
      // A start that is told with its end or after it is no news.
      const started = startKnownAt[i]!;
      if (!Number.isNaN(started) && !(started >= knownAt[i]!)) add(started, STARTED, index, i);
      if (!Number.isNaN(knownAt[i]!)) add(knownAt[i]!, ENDED, index, i);
    }
  }
  for (const [index, series] of hosts.entries()) {
    for (let i = 0; i < series.ts.length; i++) add(series.knownAt[i]!, SAMPLED, index, i);
  }
  for (const [index, { files }] of sources.entries()) {
    for (let i = 0; i < files.length; i++) add(files[i]!.receivedAtMs, RECEIVED, index, i);
  }
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  order.sort((a, b) => atMs[a]! - atMs[b]! || kind[a]! - kind[b]! || a - b);
  return {
    atMs: Float64Array.from(order, (i) => atMs[i]!),
    kind: Uint8Array.from(order, (i) => kind[i]!),
    of: Int32Array.from(order, (i) => of[i]!),
    place: Int32Array.from(order, (i) => place[i]!),
  };
}
