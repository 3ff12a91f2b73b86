import path from 'node:path';
import { z } from 'zod';
import { OUTAGE_KINDS, SINGLE_KINDS } from '../../models/estate/anomalies/anomaly-plan.ts';
import { ANOMALY_HEADER, anomalyLines } from '../../models/estate/anomalies/anomaly-truth.ts';
import { playEstate } from '../../models/estate/anomalies/play-estate.ts';
import { createArrivals } from '../../models/estate/arrivals.ts';
import { advanceDay, createEstate } from '../../models/estate/estate.ts';
import {
  type Dirt,
  METRIC_HEADER,
  metricLines,
  RUN_HEADER,
  runLines,
  TRUTH_HEADER,
  truthLines,
} from '../../models/estate/log-lines.ts';
import { countRows, type ManifestCounts, manifest, TRUTH_DAYS_AHEAD } from '../../models/estate/manifest.ts';
import {
  DAY_MS,
  dateOf,
  type EstateOptions,
  estateOptions,
  type GivenEstateOptions,
} from '../../models/estate/options.ts';
import {
  type EstateFolder,
  EstateFolderError,
  estateFolder,
  type GrowingFile,
  growFile,
  makeFolders,
  placeFile,
  readJson,
  removePartial,
} from './estate-folder.ts';

export interface SimulateOptions extends GivenEstateOptions {
  /** The folder that gets `runs/`, `metrics/` (drop folders) and `truth/`. */
  out: string;
  onProgress?: (progress: { day: number; days: number; rows: number }) => void;
}

export interface Simulated {
  counts: ManifestCounts;
  options: EstateOptions;
  startsAt: number;
  /** The simulated instant up to which the files tell everything. */
  endsAt: number;
  runsFolder: string;
  metricsFolder: string;
  truthFolder: string;
}

/**
 * Writes the history of a simulated estate: `runs/runs-YYYY-MM.csv`, `metrics/metrics-YYYY-MM.csv`,
 * `truth/truth.csv`, and at last `truth/estate.json`. The same options write the same bytes. With anomalies, runs are
 * told when they start as well, and `truth/anomalies.csv` tells all that went wrong.
 *
 * @throws RangeError for options out of bounds.
 * @throws EstateFolderError when `out` holds an estate of other options.
 */
export async function simulateEstate({ out, onProgress, ...given }: SimulateOptions): Promise<Simulated> {
  const estate = createEstate(given);
  const { options } = estate;
  const startsAt = estate.nextDayMs;
  const endsAt = startsAt + options.days * DAY_MS;
  const folder = estateFolder(out);
  await refuseOtherEstate(folder, options);
  await makeFolders(folder);

  const files = monthlyFiles(folder);
  try {
    const counts = await writeHistory();
    await placeFile(
      folder,
      folder.manifestFile,
      `${JSON.stringify(manifest(estate, startsAt, counts), null, 2)}\n`,
    );
    return {
      counts,
      options,
      startsAt,
      endsAt,
      runsFolder: folder.runs,
      metricsFolder: folder.metrics,
      truthFolder: folder.truth,
    };
  } finally {
    await files.discard();
    await removePartial(folder);
  }

  async function writeHistory(): Promise<ManifestCounts> {
    // A run that hangs shows only where starts are told; told in steps, as a collector sees them.
    const tellsStarts = options.anomalies !== undefined;
    const stepMs = tellsStarts ? STARTS_EVERY_MS : DAY_MS;
    const arrivals = createArrivals(estate);
    const dirt: Record<Dirt, number> = {
      duplicate: 0,
      unparsable_start: 0,
      unknown_status: 0,
      negative_duration: 0,
    };
    const runsByStatus = { succeeded: 0, failed: 0, cancelled: 0 };
    let rows = 0;
    let metricRows = 0;
    let truth = TRUTH_HEADER;
    let truthRows = 0;
    for (let day = 0; day < options.days; day++) {
      const dayMs = startsAt + day * DAY_MS;
      const month = dateOf(dayMs).slice(0, 7);
      for (let at = dayMs + stepMs; at <= dayMs + DAY_MS; at += stepMs) {
        const { finished, running, samples, truth: told } = arrivals.advanceTo(at);
        const lines = runLines(finished, options.seed);
        const begun = tellsStarts ? runLines(running, options.seed) : { text: '', rows: 0 };
        await files.append('runs', month, begun.text + lines.text);
        await files.append('metrics', month, metricLines(samples));
        for (const run of finished) if (run.status !== 'running') runsByStatus[run.status]++;
        for (const kind of Object.keys(dirt) as Dirt[]) dirt[kind] += lines.dirt[kind];
        rows += lines.rows + begun.rows;
        metricRows += samples.length;
        truth += truthLines(told);
        truthRows += told.length;
      }
      onProgress?.({ day: day + 1, days: options.days, rows });
    }
    await files.close();
    for (let ahead = 0; ahead < TRUTH_DAYS_AHEAD; ahead++) {
      const { truth: later } = advanceDay(estate);
      truth += truthLines(later);
      truthRows += later.length;
    }
    await placeFile(folder, path.join(folder.truth, 'truth.csv'), truth);
    if (tellsStarts) {
      const played = playEstate(createEstate(options), options.days);
      const text = ANOMALY_HEADER + anomalyLines(played.truth);
      await placeFile(folder, path.join(folder.truth, 'anomalies.csv'), text);
    }
    return countRows(rows, dirt, {
      runs_by_status: runsByStatus,
      metric_rows: metricRows,
      truth_rows: truthRows,
    });
  }
}

/** How often a collector looks at what has begun. */
const STARTS_EVERY_MS = 300_000;
const HEADERS = { runs: RUN_HEADER, metrics: METRIC_HEADER };

/** One growing file per kind; a new month closes the old one. */
function monthlyFiles(folder: EstateFolder) {
  const open = new Map<keyof typeof HEADERS, GrowingFile>();
  return {
    async append(kind: keyof typeof HEADERS, month: string, text: string) {
      const target = path.join(folder[kind], `${kind}-${month}.csv`);
      let file = open.get(kind);
      if (file?.target !== target) {
        await file?.close();
        file = await growFile(folder, target, HEADERS[kind]);
        open.set(kind, file);
      }
      await file.append(text);
    },
    async close() {
      for (const [kind, file] of open) {
        open.delete(kind);
        await file.close();
      }
    },
    async discard() {
      for (const file of open.values()) await file.discard();
    },
  };
}

const manifestSchema = z.object({
  options: z.object({
    jobs: z.number(),
    hosts: z.number(),
    days: z.number(),
    seed: z.number(),
    startDate: z.string(),
    clock: z.string().optional(),
    anomalies: z
      .object({
        fromDay: z.number(),
        minRuns: z.number(),
        perDay: z.record(z.enum(SINGLE_KINDS), z.number()),
        outages: z.record(z.enum(OUTAGE_KINDS), z.number()),
      })
      .optional(),
  }),
});

/**
 * The options of the estate in a folder, null when there is none.
 *
 * @throws EstateFolderError when its manifest cannot be read.
 */
export async function estateIn(folder: EstateFolder): Promise<EstateOptions | null> {
  const json = await readJson(folder.manifestFile);
  if (json === null) return null;
  const parsed = manifestSchema.safeParse(json);
  if (parsed.success) return estateOptions(parsed.data.options);
  const issue = parsed.error.issues[0]!;
  throw new EstateFolderError(`${folder.manifestFile}: ${issue.path.join('.')}: ${issue.message}`);
}

async function refuseOtherEstate(folder: EstateFolder, options: EstateOptions): Promise<void> {
  const present = await estateIn(folder);
  if (present === null) return;
  const words = ({ jobs, hosts, days, startDate, seed, clock, anomalies }: EstateOptions) => {
    const more = [
      ...(clock === undefined ? [] : [`clock ${clock}`]),
      ...(anomalies === undefined ? [] : [`anomalies ${JSON.stringify(anomalies)}`]),
    ];
    return [`${jobs} jobs on ${hosts} servers, ${days} days from ${startDate}, seed ${seed}`, ...more].join(
      ', ',
    );
  };
  if (words(present) === words(options)) return;
  throw new EstateFolderError(
    `${path.dirname(folder.truth)} holds another estate (${words(present)}); asked for ${words(options)}: choose an empty folder`,
  );
}
