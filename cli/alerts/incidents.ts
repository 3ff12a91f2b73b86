/** `smart-etl incidents list|show|feedback`: what is wrong, since when, why, and what was done about it. */
import { loadConfig } from '../../config.ts';
import { readFeedback } from '../../db/detect/incident-life.ts';
import {
  type IncidentSummary,
  readIncidentDetails,
  readIncidentSummaries,
  type ShownFinding,
} from '../../db/pages/read-incident-summaries.ts';
import { type RerunWithVictims, readRerunsWithVictims } from '../../db/pages/read-reruns.ts';
import { foldedLines, printable } from '../byte-text.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { UsageError } from '../options/usage-error.ts';

const WIDTH = 76;

/** The number of an incident as it was typed. @throws UsageError */
export function incidentNumber(typed: string): number {
  if (/^\d{1,15}$/.test(typed)) return Number(typed);
  throw new UsageError(`an incident is named by its number, found "${typed}"`);
}

/** `incidents list`: a line each. */
export async function listIncidents({
  all = false,
  limit = 100,
  json = false,
}: {
  all?: boolean;
  limit?: number;
  json?: boolean;
}): Promise<ExitCode> {
  const incidents = await withDatabase(loadConfig(), (pool) => readIncidentSummaries(pool, { all, limit }));
  if (json) console.log(JSON.stringify({ incidents }));
  else if (incidents.length === 0) console.log('nothing is wrong that is known');
  else {
    console.log(incidents.map(summaryLine).join('\n'));
    if (incidents.length === limit) console.log(`only the first ${limit}: --limit shows more`);
  }
  return EXIT.ok;
}

/** `17  critical  notified      2026-03-01 05:00  load_orders, report`. */
function summaryLine({ id, severity, state, openedAt, about, causes }: IncidentSummary): string {
  const what = printable([...new Set(about.length > 0 ? about : causes.map(({ name }) => name))].join(', '));
  const start = `${String(id).padStart(5)}  ${severity.padEnd(8)}  ${state.padEnd(12)}  ${minute(openedAt)}  `;
  return start + cut(what, WIDTH + 3 - start.length);
}

const minute = (at: Date): string => at.toISOString().slice(0, 16).replace('T', ' ');
const cut = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text;

/** `incidents show ID`: its findings, causes, and the re-runs of its victims. */
export async function showIncident(typed: string, { json = false }: { json?: boolean }): Promise<ExitCode> {
  const id = incidentNumber(typed);
  const { incident, reruns } = await withDatabase(loadConfig(), async (pool) => ({
    incident: await readIncidentDetails(pool, id),
    reruns: await readRerunsWithVictims(pool, { incidentId: id, limit: 20 }),
  }));
  if (json) {
    const { all: findings = [], ...rest } = incident ?? {};
    console.log(JSON.stringify({ incident: incident === null ? null : { ...rest, findings }, reruns }));
  } else if (incident !== null) console.log(incidentLines(incident, reruns).join('\n'));
  if (incident === null) console.error(`smart-etl: there is no incident ${id}`);
  return incident === null ? EXIT.negative : EXIT.ok;
}

function incidentLines(
  incident: IncidentSummary & { all: ShownFinding[] },
  reruns: readonly RerunWithVictims[],
): string[] {
  const { id, severity, state, openedAt, resolvedAt, causes, acknowledgedBy, silencedUntil } = incident;
  const until = resolvedAt === null ? '' : ` until ${minute(resolvedAt)}`;
  const lines = [`incident ${id}: ${severity}, ${state}, since ${minute(openedAt)}${until} UTC`];
  const note = (text: string) =>
    lines.push(...foldedLines(printable(text), WIDTH - 2).map((line) => `  ${line}`));
  if (acknowledgedBy !== null) note(`taken on by ${acknowledgedBy}`);
  if (silencedUntil !== null && resolvedAt === null) note(`silenced until ${minute(silencedUntil)} UTC`);
  for (const { kind, name, weight } of causes.slice(0, 5))
    note(`${Math.round(100 * weight)} %  ${kind} ${name}`);
  for (const finding of incident.all) lines.push('', ...findingLines(finding));
  for (const rerun of reruns) lines.push('', ...rerunLines(rerun));
  return lines;
}

function findingLines(finding: ShownFinding): string[] {
  const { kind, variant, role, about, since, endedAt, runKey, due, text, waivedBy } = finding;
  const what = variant === null ? kind : `${kind} (${variant})`;
  const facts = [
    `since ${minute(since)}`,
    ...(endedAt === null ? [] : [`ended ${minute(endedAt)}`]),
    ...(runKey === null ? [] : [`run ${runKey}`]),
    ...(due === null ? [] : [`due ${minute(due)}`]),
    ...(waivedBy === null ? [] : [`waived by ${waivedBy}`]),
  ];
  return [
    ...foldedLines(printable(`${role}: ${what} ${about}`), WIDTH),
    ...foldedLines(printable(facts.join(', ')), WIDTH - 2).map((line) => `  ${line}`),
    ...(text === null
      ? []
      : foldedLines(printable(text), WIDTH - 4)
          .slice(0, 4)
          .map((line) => `  | ${line}`)),
  ];
}

const SIGNS: Record<string, string> = { succeeded: 'ok ', skipped: '-  ', 'by-hand': '?  ' };

/** A re-run with a line for each victim. */
export function rerunLines({ who, why, askedAt, finishedAt, victims }: RerunWithVictims): string[] {
  const end = finishedAt === null ? ', under way' : '';
  return [
    ...foldedLines(printable(`re-run asked ${minute(askedAt)} by ${who}: ${why}${end}`), WIDTH),
    ...victims.flatMap(({ job, state, outcome, detail }) => {
      const word = outcome ?? (state === 'by-hand' ? 'to do by hand' : state);
      const sign = SIGNS[outcome ?? state] ?? (outcome === null ? '…  ' : 'NO ');
      const said = detail === null ? '' : ` (${detail})`;
      return foldedLines(printable(`${sign}${job}: ${word}${said}`), WIDTH - 2)
        .slice(0, 3)
        .map((line, index) => (index === 0 ? `  ${line}` : `     ${line}`.slice(0, WIDTH)));
    }),
  ];
}

/** `incidents feedback`: how useful people found it to be told. */
export async function showFeedback({ json = false }: { json?: boolean }): Promise<ExitCode> {
  const shares = (await withDatabase(loadConfig(), readFeedback)).map((share) => ({
    ...share,
    usefulShare: share.useful / share.answers,
  }));
  if (json) console.log(JSON.stringify({ feedback: shares }));
  else if (shares.length === 0) console.log('nobody has answered yet');
  for (const { kind, variant, answers, useful, usefulShare } of json ? [] : shares) {
    const what = variant === null ? kind : `${kind} (${variant})`;
    console.log(
      `${cut(what, 40).padEnd(40)} ${String(Math.round(100 * usefulShare)).padStart(3)} % useful, ${useful} of ${answers}`,
    );
  }
  return EXIT.ok;
}
