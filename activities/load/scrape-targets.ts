import { saveFiles } from '../../db/load/files.ts';
import { findScrapes, type Scrape, saveScrapes } from '../../db/load/scrapes.ts';
import { withTransaction } from '../../db/pool.ts';
import { intakeOf, type ScrapeTarget } from '../../models/intake/intake-options.ts';
import { NODE_METRICS, ratesOf, readNodePage } from '../../models/intake/node-metrics.ts';
import { readPrometheusPage } from '../../models/intake/prometheus-page.ts';
import { inMemory } from '../../services/drop-folder.ts';
import { fetchMetricsPage } from '../../services/metrics-page.ts';
import { keepOriginal } from '../../services/originals.ts';
import type { Dependencies } from '../dependencies.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { inParallel } from '../in-parallel.ts';
import { requireSource } from './collect-files.ts';
import { createReadabilityTeller } from './readability.ts';

const CONCURRENT_PAGES = 8;
/** Looks are not to the second: one a moment too early counts. */
const EARLY_MS = 2_000;
/** Of many servers that do not answer some are named. */
const NAMED_HOSTS = 5;

interface Reading {
  scrape: Scrape;
  values: Record<string, number>;
}

/**
 * Reads the metric pages of the servers of a source and keeps what they tell as one file of samples, which is loaded
 * like any other. Rates need two pages, so the first one of a server tells only what is so at the moment.
 */
export function createScrapeTargets(dependencies: Dependencies) {
  const { pool, objectStore, now } = dependencies;
  return async function scrapeTargets(input: {
    source: string;
  }): Promise<{ read: number; unreadable: number }> {
    const source = await requireSource(pool, input.source);
    const { scrape: targets, scrapeSeconds, archive } = intakeOf(source.intake);
    const before = await findScrapes(pool, source.name);
    const due = targets.filter(
      ({ host }) => now() - (before.get(host)?.atMs ?? 0) >= scrapeSeconds * 1_000 - EARLY_MS,
    );
    if (due.length === 0) return { read: 0, unreadable: 0 };
    return withHeartbeat(async () => {
      const failures: string[] = [];
      const readings = (
        await inParallel(due, CONCURRENT_PAGES, async (target) => {
          try {
            return await read(target, before.get(target.host));
          } catch (error) {
            failures.push(`${target.host}: ${(error as Error).message}`);
            return null;
          }
        })
      ).filter((reading) => reading !== null);
      const kept = readings.some(({ values }) => Object.keys(values).length > 0)
        ? await keepOriginal(
            objectStore,
            inMemory(Buffer.from(csvOf(readings))),
            receivedNow(source.name),
            archive,
          )
        : [];
      await withTransaction(pool, async (client) => {
        await saveFiles(client, kept);
        await saveScrapes(
          client,
          source.name,
          readings.map(({ scrape }) => scrape),
        );
      });
      const tell = createReadabilityTeller(dependencies, source);
      if (failures.length > 0) await tell.unreadable(sentenceOf(failures));
      else await tell.readable();
      return { read: readings.length, unreadable: failures.length };
    });
  };

  function receivedNow(source: string) {
    const receivedAt = new Date(now());
    return { source, name: `scrape-${receivedAt.toISOString().replaceAll(':', '')}.csv`, receivedAt };
  }

  async function read({ host, url }: ScrapeTarget, before: Scrape | undefined): Promise<Reading> {
    const page = await fetchMetricsPage(url);
    const atMs = now();
    const { gauges, counters } = readNodePage(readPrometheusPage(page, NODE_METRICS));
    const rates =
      before === undefined ? {} : ratesOf(before.counters, counters, (atMs - before.atMs) / 1_000);
    return { scrape: { host, atMs, counters }, values: { ...gauges, ...rates } };
  }
}

const sentenceOf = (failures: readonly string[]): string => {
  const named = failures.slice(0, NAMED_HOSTS).join('; ');
  return failures.length > NAMED_HOSTS ? `${named} and ${failures.length - NAMED_HOSTS} more` : named;
};

const quoted = (field: string): string => `"${field.replaceAll('"', '""')}"`;

const csvOf = (readings: readonly Reading[]): string =>
  readings
    .flatMap(({ scrape: { host, atMs }, values }) =>
      Object.entries(values).map(
        ([metric, value]) => `${quoted(host)},${metric},${new Date(atMs).toISOString()},${value}\n`,
      ),
    )
    .reduce((text, row) => text + row, 'host,metric,ts,value\n');
