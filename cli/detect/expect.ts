/** `smart-etl expect list|show`: when jobs are due, and what became of it. */
import { loadConfig } from '../../config.ts';
import { type JobSlot, readSlots } from '../../db/detect/expectations.ts';
import { type JobProfile, readProfiles } from '../../db/detect/job-profiles.ts';
import { type ExpectedJob, readExpectedJobs } from '../../db/detect/read-expectations.ts';
import { estateNow } from '../../db/estate-clock.ts';
import { rhythmText } from '../../models/detect/schedule/schedule-text.ts';
import { foldedLines, printable } from '../byte-text.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { expectedJob } from './expected-job.ts';

/** Lists are cut here and say so. */
const MOST_JOBS = 2_000;
const MOST_SLOTS = 40;
const DAY_MS = 86_400_000;
const WIDTH = 78;

/** `expect list`: every job, its schedule, when it is due next, and how the slots of seven days ended. */
export async function listExpected({ json = false }: { json?: boolean }): Promise<ExitCode> {
  const config = loadConfig();
  const jobs = await withDatabase(config, async (pool) =>
    readExpectedJobs(pool, await estateNow(pool, config.time, Date.now()), MOST_JOBS),
  );
  if (json) console.log(JSON.stringify({ jobs }));
  else console.log(listLines(jobs).join('\n'));
  return EXIT.ok;
}

function listLines(jobs: readonly ExpectedJob[]): string[] {
  if (jobs.length === 0) return ['no job is known yet'];
  const lines = jobs.flatMap((job) => {
    const { nextDue, met, late, missing, extra } = job;
    const counts = [met, late, missing, extra].map((count) => String(count).padStart(7)).join('');
    return [
      `${cut(printable(job.job), 32)} ${minuteText(nextDue).padEnd(16)} ${counts}`,
      ...foldedLines(`  ${scheduleWords(job)}`, WIDTH),
    ];
  });
  lines.unshift(
    `${cut('job', 32)} ${'next due, UTC'.padEnd(16)}     met   late   missing  extra`.slice(0, 80),
  );
  if (jobs.length === MOST_JOBS) lines.push(`only the first ${MOST_JOBS}`);
  return lines;
}

function scheduleWords({
  learnedAt,
  schedule,
  declared,
}: Pick<ExpectedJob, 'learnedAt' | 'schedule' | 'declared'>): string {
  if (schedule !== null)
    return `${rhythmText(schedule.rhythm, 'en')}${declared === null ? '' : ', declared'}`;
  return learnedAt === null ? 'not learned yet' : 'keeps no schedule';
}

/** `expect show JOB`: what is usual of it, its last slots and its next ones. */
export async function showExpected(asked: string, { json = false }: { json?: boolean }): Promise<ExitCode> {
  const config = loadConfig();
  const { job, profile, slots, asOf } = await withDatabase(config, async (pool) => {
    const named = await expectedJob(pool, asked);
    const now = await estateNow(pool, config.time, Date.now());
    const nowMs = now.getTime();
    const span = { jobIds: [named.jobId], fromMs: nowMs - 8 * DAY_MS, toMs: nowMs + 8 * DAY_MS };
    const [found] = await readProfiles(pool, [named.jobId]);
    return { job: named, profile: found ?? null, slots: await readSlots(pool, span), asOf: now };
  });
  if (json)
    console.log(JSON.stringify({ ...job, asOf, profile, slots: slots.map(({ jobId: _, ...slot }) => slot) }));
  else
    console.log(
      [`${job.namespace}/${job.job}`, ...profileLines(profile), ...slotLines(slots, asOf)].join('\n'),
    );
  return EXIT.ok;
}

function profileLines(profile: JobProfile | null): string[] {
  if (profile === null || (profile.schedule === null && profile.learnedAtMs === null))
    return ['not learned yet'];
  const { schedule, declared, learnedAtMs } = profile;
  if (schedule === null) return ['keeps no schedule'];
  const { usualStartMs, startWithinMs, endWithinMs } = schedule.tolerance;
  const usual = usualStartMs === 0 ? '' : `, usually ${minutesText(usualStartMs)} later`;
  const lines = foldedLines(
    `${declared === null ? 'learned' : 'declared'}: ${rhythmText(schedule.rhythm, 'en')}${usual}`,
    WIDTH,
  );
  const start = startWithinMs === null ? '' : `its start is known within ${minutesText(startWithinMs)}, `;
  lines.push(`${start}its end within ${minutesText(endWithinMs)}`);
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  if (learnedAtMs !== null && schedule.runs > 0) {
    lines.push(
      `from ${schedule.runs} runs since ${minuteText(new Date(schedule.sinceMs))}: ${percent(schedule.explained)} explained, ${percent(schedule.filled)} came`,
    );
  }
  return lines;
}

function slotLines(slots: readonly JobSlot[], asOf: Date): string[] {
  if (slots.length === 0) return ['no slots in these eight days'];
  const past = slots.filter(({ dueMs }) => dueMs <= asOf.getTime()).slice(-MOST_SLOTS / 2);
  const ahead = slots.filter(({ dueMs }) => dueMs > asOf.getTime()).slice(0, MOST_SLOTS / 2);
  const lines = [...past, ...ahead].map(
    ({ dueMs, deadlineMs, outcome, runKey }) =>
      `${minuteText(new Date(dueMs))}  ${minuteText(new Date(deadlineMs))}  ${cut(outcome ?? 'open', 8)} ${printable(runKey ?? '').slice(0, 34)}`,
  );
  return [`${'due, UTC'.padEnd(16)}  ${'deadline'.padEnd(16)}  outcome  run`, ...lines];
}

const minuteText = (instant: Date | null): string =>
  instant === null ? '' : instant.toISOString().slice(0, 16).replace('T', ' ');
const minutesText = (ms: number): string =>
  ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
const cut = (text: string, width: number): string => text.slice(0, width).padEnd(width);
