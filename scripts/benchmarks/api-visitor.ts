/** Somebody who asks the API all the time, and writes down how long it takes to answer, whatever it answers. */
import { setTimeout as pause } from 'node:timers/promises';

/** What needs nothing, what needs the database, what reads tables. */
const PAGES = ['/livez', '/readyz', '/v1/jobs', '/v1/incidents'];
const EVERY_MS = 200;
/** Nobody waits longer: it has hung. */
const HUNG_MS = 60_000;

export interface Visits {
  answered: number;
  /** No connection, or one that was ended: the API was being killed. */
  refused: number;
  slowestSeconds: number;
  slowestPage: string;
}

export function visitApi(url: string): { stop(): Promise<Visits> } {
  const visits: Visits = { answered: 0, refused: 0, slowestSeconds: 0, slowestPage: '' };
  const stopping = new AbortController();
  const visiting = PAGES.map(async (page) => {
    while (!stopping.signal.aborted) {
      const startMs = performance.now();
      try {
        const response = await fetch(new URL(page, url), { signal: AbortSignal.timeout(HUNG_MS) });
        await response.arrayBuffer();
        visits.answered += 1;
      } catch {
        visits.refused += 1;
      }
      const seconds = (performance.now() - startMs) / 1000;
      if (seconds > visits.slowestSeconds)
        Object.assign(visits, { slowestSeconds: seconds, slowestPage: page });
      await pause(EVERY_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  });
  return {
    async stop() {
      stopping.abort();
      await Promise.all(visiting);
      return visits;
    },
  };
}
