import { open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { loadConfig } from '../../config.ts';
import { isTimeZone } from '../../models/clean/local-time.ts';
import {
  calledOf,
  compareReplays,
  type Feed,
  type FoundOnce,
  lastKind,
  type ReplayDifference,
  type Replayed,
  type ReplaySummary,
  replayDetection,
  replayNotices,
  serviceRules,
  summarizeReplay,
  USUAL_SETTINGS,
} from '../../models/detect/replay/index.ts';
import { readAlertRules } from '../alerts/alert-rules.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { isoSeconds, spreadsheetField } from '../forecast/prediction-file.ts';
import { instantOf } from '../options/instant-option.ts';
import { filesOf } from '../options/store-paths.ts';
import { UsageError } from '../options/usage-error.ts';
import { createProgress, type Progress } from '../progress.ts';
import { type RowCounts, readFeed, readHostSeries } from '../read-histories.ts';
import { type DetectRules, NO_RULES, readDetectRules } from './detect-rules.ts';
import { detectTable } from './detect-table.ts';

export interface DetectArguments {
  metrics?: string[];
  rules?: string;
  alerts?: string;
  against?: string;
  from?: string;
  until?: string;
  relearnDays?: number;
  zone?: string;
  calendar?: string;
  findings?: string;
  lang?: string;
  json?: boolean;
}

const DAY_MS = 86_400_000;
const MOST_RELEARN_DAYS = 365;
/** Subjects, findings and weeks in the document; the rest is in the file of `--findings`. */
const MOST_TOLD = 1000;

/**
 * `smart-etl backtest detect RUNS…`: replays run logs through detection as known then, and tells what people would
 * have heard, when and how often. Reads files, needs no server.
 *
 * @returns 0; 7 when some of the files are no run logs or metrics
 * @throws NothingRead when none is
 */
export async function runBacktestDetect(paths: readonly string[], given: DetectArguments): Promise<ExitCode> {
  const { json = false, relearnDays = 7, findings: out } = given;
  const language = languageOf(given.lang);
  if (relearnDays < 1 || relearnDays > MOST_RELEARN_DAYS) {
    throw new UsageError(`--relearn-days must be 1 to ${MOST_RELEARN_DAYS}, got ${relearnDays}`);
  }
  const { zone = 'Europe/Paris' } = given;
  if (!isTimeZone(zone))
    throw new UsageError(`--zone must be a time zone such as Europe/Paris, got "${zone}"`);
  if (out !== undefined) await requireFolderOf(out);
  const rules = given.rules === undefined ? NO_RULES : await readDetectRules(given.rules);
  const against = given.against === undefined ? null : await readDetectRules(given.against);
  const alerts = await readAlertRules(given.alerts, { language, timeZone: zone });
  const files = await filesOf(paths);
  const metricFiles = await filesOf(given.metrics ?? []);
  const progress = createProgress();
  try {
    progress.step(
      files.length === 1 ? `reading ${path.basename(files[0]!)}` : `reading ${files.length} files`,
    );
    const { jobs, counts } = await readFeed(files);
    progress.done(`${counts.rows} rows: ${counts.kept} kept, ${counts.refused} refused`);
    const metrics = metricFiles.length === 0 ? null : await readHostSeries(metricFiles);
    const feed: Feed = { jobs, hosts: metrics?.hostSeries ?? [], sources: [] };
    const span = spanOf(feed, given);
    const nameOf = namesOf(feed);
    const replay = (by: DetectRules, what: string) =>
      replayed(feed, by, { ...span, relearnDays, given, progress, what });
    const before = replay(rules, 'replaying');
    const after =
      against === null ? null : replay(against, `replaying with ${path.basename(given.against!)}`);
    const summaryOf = (replay: Replayed) =>
      summarizeReplay(replay, replayNotices(replay.events, jobs, alerts, span.untilMs), span, nameOf);
    const summary = summaryOf(before);
    const other = after === null ? null : summaryOf(after);
    const difference = after === null ? null : compareReplays(before.findings, after.findings);
    if (out !== undefined) await writeFindings(out, (after ?? before).findings, nameOf);
    const read = { runs: counts, metrics: metrics?.counts ?? null };
    if (json) console.log(JSON.stringify(documentOf(read, before, summary, other, difference, nameOf)));
    else console.log(detectTable({ summary, other, difference, jobs: jobs.length, nameOf }, language));
    const notRead = [...counts.notRead, ...(metrics?.counts.notRead ?? [])];
    for (const { file, detail } of notRead) console.error(`    not read: ${file}: ${detail}`);
    return notRead.length > 0 ? EXIT.partial : EXIT.ok;
  } finally {
    progress.end();
  }
}

function replayed(
  feed: Feed,
  by: DetectRules,
  how: {
    fromMs: number;
    untilMs: number;
    relearnDays: number;
    given: DetectArguments;
    progress: Progress;
    what: string;
  },
): Replayed {
  const { fromMs, untilMs, relearnDays, given, progress, what } = how;
  progress.step(what);
  const rules = serviceRules({
    timeZone: given.zone ?? 'Europe/Paris',
    calendar: given.calendar ?? 'FR',
    ...by,
  });
  const done = replayDetection(feed, rules, {
    ...USUAL_SETTINGS,
    relearnEveryMs: relearnDays * DAY_MS,
    fromMs,
    untilMs,
    onProgress: (share) => progress.at(`${Math.floor(100 * share)} %`),
  });
  progress.done(`${done.looks} looks, ${done.findings.length} findings, ${done.incidents.length} incidents`);
  return done;
}

/** From the first start to the last thing known, or as asked for. */
function spanOf(
  { jobs, hosts }: Feed,
  { from, until }: DetectArguments,
): { fromMs: number; untilMs: number } {
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const { startedAt, startKnownAt, knownAt } of jobs) {
    firstMs = Math.min(firstMs, startedAt[0] ?? firstMs);
    for (const column of [startKnownAt, knownAt]) {
      for (const instant of column) if (instant > lastMs) lastMs = instant;
    }
  }
  for (const { knownAt } of hosts) lastMs = Math.max(lastMs, knownAt.at(-1) ?? lastMs);
  const fromMs = from === undefined ? firstMs : instantOf('--from', from);
  const untilMs = until === undefined ? lastMs : instantOf('--until', until);
  if (!(fromMs < untilMs)) {
    throw new UsageError(`nothing to replay from ${isoSeconds(fromMs)} to ${isoSeconds(untilMs)}`);
  }
  return { fromMs, untilMs };
}

type NameOf = (subject: FoundOnce['finding']['subject']) => string;

function namesOf({ jobs }: Feed): NameOf {
  const jobNames = new Map(jobs.map(({ jobId, job }) => [jobId, job]));
  return (subject) => (subject.type === 'job' ? jobNames.get(subject.jobId)! : calledOf(subject));
}

function languageOf(asked: string | undefined): 'en' | 'fr' {
  if (asked === undefined) return loadConfig().language;
  if (asked !== 'en' && asked !== 'fr') throw new UsageError(`--lang must be en or fr, got "${asked}"`);
  return asked;
}

async function requireFolderOf(file: string): Promise<void> {
  const folder = await stat(path.dirname(path.resolve(file))).catch(() => null);
  if (!folder?.isDirectory()) throw new UsageError(`--findings: no folder at ${path.dirname(file)}`);
}

const instantText = (instant: number | null): string => (instant === null ? '' : isoSeconds(instant));

/** The file appears whole. */
async function writeFindings(file: string, findings: readonly FoundOnce[], nameOf: NameOf): Promise<void> {
  const partial = `${file}.${process.pid}.partial`;
  try {
    const handle = await open(partial, 'wx');
    await handle.write(
      'kind,variant,subject,since,found,ended,run_id,due,observed,expected,limit,unit,course,text\n',
    );
    for (const one of findings) {
      const { variant, subject, sinceMs, runKey, dueMs, evidence, course } = one.finding;
      const { observed, expected, limit, unit, text } = evidence;
      const fields = [
        lastKind(one),
        variant ?? '',
        nameOf(subject),
        instantText(sinceMs),
        instantText(one.foundMs),
      ];
      fields.push(instantText(one.endedMs), runKey ?? '', instantText(dueMs));
      for (const value of [observed, expected, limit]) fields.push(value === null ? '' : String(value));
      fields.push(unit ?? '', course, text ?? '');
      await handle.write(`${fields.map(spreadsheetField).join(',')}\n`);
    }
    await handle.close();
    await rename(partial, file);
    console.error(`  findings written to ${file}`);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Everything with instants as people write them. */
function documentOf(
  read: { runs: RowCounts; metrics: RowCounts | null },
  replay: Replayed,
  summary: ReplaySummary,
  other: ReplaySummary | null,
  difference: ReplayDifference | null,
  nameOf: NameOf,
): object {
  const told = (summary: ReplaySummary) => {
    const { fromMs, untilMs, byWeek, subjects, ...rest } = summary;
    return {
      from: isoSeconds(fromMs),
      until: isoSeconds(untilMs),
      ...rest,
      subjects: subjects.slice(0, MOST_TOLD),
      byWeek: byWeek.map(({ mondayMs, ...week }) => ({ monday: isoSeconds(mondayMs).slice(0, 10), ...week })),
    };
  };
  const foundOnce = (one: FoundOnce) => ({
    kind: lastKind(one),
    variant: one.finding.variant,
    subject: nameOf(one.finding.subject),
    since: isoSeconds(one.finding.sinceMs),
    found: isoSeconds(one.foundMs),
    ended: one.endedMs === null ? null : isoSeconds(one.endedMs),
    run: one.finding.runKey,
  });
  const moved = (list: ReplayDifference['earlier']) =>
    list.slice(0, MOST_TOLD).map(({ before, after, earlierMs }) => ({
      ...foundOnce(after),
      foundBefore: isoSeconds(before.foundMs),
      earlierMs,
    }));
  return {
    read,
    looks: replay.looks,
    ...told(summary),
    incidentList: replay.incidents.slice(0, MOST_TOLD).map((incident) => ({
      opened: isoSeconds(incident.openedMs),
      resolved: incident.resolvedMs === null ? null : isoSeconds(incident.resolvedMs),
      severity: incident.severity,
      causes: incident.causes,
      findings: incident.findings.length,
      subjects: [...new Set(incident.findings.map(({ finding }) => nameOf(finding.subject)))].slice(0, 20),
    })),
    against:
      other === null || difference === null
        ? null
        : {
            ...told(other),
            kindsChanged: difference.kinds,
            same: difference.same,
            added: difference.added.slice(0, MOST_TOLD).map(foundOnce),
            removed: difference.removed.slice(0, MOST_TOLD).map(foundOnce),
            earlier: moved(difference.earlier),
            later: moved(difference.later),
          },
  };
}
