import type { FoundOnce, ReplayDifference, ReplaySummary } from '../../models/detect/replay/index.ts';
import { isoSeconds } from '../forecast/prediction-file.ts';
import { DETECT_WORDS, type DetectWords } from './detect-words.ts';

/** What was replayed, for a terminal. */
export interface DetectReport {
  summary: ReplaySummary;
  /** With other rules. */
  other: ReplaySummary | null;
  difference: ReplayDifference | null;
  jobs: number;
  nameOf: (subject: FoundOnce['finding']['subject']) => string;
}

const SUBJECTS = 10;
const WEEKS = 8;
const NAME_WIDTH = 34;

/** For terminals of 80 columns. */
export function detectTable(report: DetectReport, language: 'en' | 'fr'): string {
  const words = DETECT_WORDS[language];
  const { summary, other, difference, jobs } = report;
  const count = counter(words);
  const { slots } = summary;
  const due = slots.met + slots.late + slots.missing + slots.waived;
  const lines = [
    words.title(dateOf(summary.fromMs), dateOf(summary.untilMs)),
    words.slots(count(jobs), count(summary.scheduled)),
    words.outcomes(count(due), count(slots.late), count(slots.missing), count(slots.extra)),
    words.incidents(
      count(summary.incidents),
      count(summary.incidents / summary.weeks, 1),
      count(summary.findings),
    ),
  ];
  const causes = summary.incidentsByCause
    .map(({ cause, incidents }) => `${cause} ${count(incidents)}`)
    .join(', ');
  if (causes !== '') lines.push(words.causes(causes));
  const { all: sent, perWeek, byEvent } = summary.messages;
  const events = Object.entries(byEvent).map(([event, n]) => `${event} ${count(n)}`);
  lines.push(words.messages(count(sent), count(perWeek, 1), events.join(', ')));
  lines.push('');
  if (summary.findings === 0) lines.push(words.nothing);
  else {
    lines.push(
      ...kindLines(summary, words),
      '',
      ...subjectLines(summary, words),
      '',
      ...weekLines(summary, words),
    );
  }
  if (other !== null && difference !== null) {
    lines.push('', words.difference, ...differenceLines(difference, words));
    lines.push(words.incidentsThen(count(summary.incidents), count(other.incidents)));
    lines.push(words.messagesThen(count(summary.messages.all), count(other.messages.all)));
  }
  return lines.join('\n');
}

const dateOf = (instant: number): string => isoSeconds(instant).slice(0, 10);

/** Numbers as the language writes them, with plain spaces, which every terminal has. */
const counter =
  ({ locale }: DetectWords) =>
  (value: number, digits = 0): string =>
    value
      .toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits })
      .replace(/[\u00a0\u202f]/g, ' ');

/** A duration in the unit in which it is short. */
export function durationText(ms: number | null, { units }: DetectWords): string {
  if (ms === null) return '-';
  const seconds = ms / 1000;
  if (Math.abs(seconds) < 90) return `${Math.round(seconds)} ${units.s}`;
  if (Math.abs(seconds) < 90 * 60) return `${Math.round(seconds / 60)} ${units.min}`;
  if (Math.abs(seconds) < 48 * 3600) return `${Math.round(seconds / 3600)} ${units.h}`;
  return `${Math.round(seconds / 86_400)} ${units.d}`;
}

const KIND_WIDTHS = [10, 8, 10, 13, 9, 9];
function kindLines({ kinds }: ReplaySummary, words: DetectWords): string[] {
  const count = counter(words);
  const row = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(14)}${cells.map((cell, i) => cell.padStart(KIND_WIDTHS[i]!)).join('')}`;
  return [
    row(words.kind, words.kindTitles),
    ...kinds.map(({ kind, findings, subjects, perWeek, foundAfterMs, lastedMs }) => {
      const after = [foundAfterMs.median, foundAfterMs.p95].map((ms) => durationText(ms, words));
      return row(kind, [
        count(findings),
        count(subjects),
        count(perWeek, 1),
        ...after,
        durationText(lastedMs, words),
      ]);
    }),
  ];
}

function nameRow(name: string, cells: readonly string[], width: number): string {
  const shown = name.length < NAME_WIDTH ? name : `${name.slice(0, NAME_WIDTH - 2)}…`;
  return `  ${shown.padEnd(NAME_WIDTH)}${cells.map((cell) => cell.padStart(width)).join('')}`;
}

function subjectLines({ subjects }: ReplaySummary, words: DetectWords): string[] {
  const count = counter(words);
  const lines = subjects
    .slice(0, SUBJECTS)
    .map(({ name, findings, incidents }) => nameRow(name, [count(findings), count(incidents)], 11));
  const others = subjects.length - lines.length;
  return [
    nameRow(words.subjects, words.subjectTitles, 11),
    ...lines,
    ...(others > 0 ? [words.others(count(others))] : []),
  ];
}

/** The last ones. */
function weekLines({ byWeek }: ReplaySummary, words: DetectWords): string[] {
  const count = counter(words);
  return [
    nameRow(words.weeks, words.weekTitles, 11),
    ...byWeek
      .slice(-WEEKS)
      .map(({ mondayMs, findings, incidents, messages }) =>
        nameRow(dateOf(mondayMs), [count(findings), count(incidents), count(messages)], 11),
      ),
  ];
}

function differenceLines({ kinds }: ReplayDifference, words: DetectWords): string[] {
  const count = counter(words);
  const row = (name: string, cells: readonly string[]) =>
    `  ${name.padEnd(14)}${cells.map((cell) => cell.padStart(12)).join('')}`;
  return [
    row(words.kind, words.differenceTitles),
    ...kinds.map(({ kind, added, removed, earlier, later, same }) =>
      row(
        kind,
        [added, removed, earlier, later, same].map((n) => count(n)),
      ),
    ),
  ];
}
