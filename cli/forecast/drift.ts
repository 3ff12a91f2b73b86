import { loadConfig } from '../../config.ts';
import { type DriftRecord, readDriftRecord } from '../../db/forecast/read-drift.ts';
import { instantText } from '../../models/alerts/message.ts';
import { type DescribedDrift, describeDrift } from '../../models/monitoring/describe-drift.ts';
import { FAILURE_MODEL } from '../../workflows/names.ts';
import { withDatabase } from '../connections.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { wordLines } from '../word-lines.ts';

const WIDTH = 80;

const TEXTS = {
  en: {
    none: 'nobody has looked at the model yet: `smart-etl drift --now` does',
    title: (version: number, at: string) => `${FAILURE_MODEL}/${version} as of ${at}`,
    state: {
      steady: 'steady',
      watch: 'something moved',
      degraded: 'no longer what it was',
      'not-enough-data': 'not enough data',
    },
    moved: (moved: number, all: number) => `${moved} of ${all} features moved`,
    reference: (at: string) => `compared with what it was trained on, up to ${at}`,
    columns: ['feature', 'index', 'usual', 'shift', 'moved'],
    mark: { drifted: 'yes', steady: '', growing: 'grows', 'not-enough-data': '?' },
    others: (n: number) => `… and ${n} more`,
    quality: 'Quality of the forecasts whose week is over, best base rate in brackets',
    qualityColumns: ['week of', 'AP', 'Brier', 'recall@10'],
    estimate: 'Expected of the coming week, before anything has happened',
    little: 'not enough data',
    incident: (id: number, retrain: string | null) =>
      `incident ${id} is open${retrain === null ? '' : `, trained anew by ${retrain}`}`,
  },
  fr: {
    none: "personne n'a encore regardé le modèle : `smart-etl drift --now` le fait",
    title: (version: number, at: string) => `${FAILURE_MODEL}/${version} au ${at}`,
    state: {
      steady: 'stable',
      watch: 'quelque chose a changé',
      degraded: "n'est plus ce qu'il était",
      'not-enough-data': 'pas assez de données',
    },
    moved: (moved: number, all: number) => `${moved} variables sur ${all} ont changé`,
    reference: (at: string) => `comparé à ses données d'entraînement, jusqu'au ${at}`,
    columns: ['variable', 'indice', 'usuel', 'écart', 'changé'],
    mark: { drifted: 'oui', steady: '', growing: 'croît', 'not-enough-data': '?' },
    others: (n: number) => `… et ${n} de plus`,
    quality: 'Qualité des prévisions dont la semaine est passée, meilleur taux de base entre ()',
    qualityColumns: ['semaine', 'PM', 'Brier', 'rappel@10'],
    estimate: "Attendu pour la semaine à venir, avant que rien n'arrive",
    little: 'pas assez de données',
    incident: (id: number, retrain: string | null) =>
      `incident ${id} ouvert${retrain === null ? '' : `, réentraîné par ${retrain}`}`,
  },
};

type Language = keyof typeof TEXTS;
type Told = Omit<DriftRecord, 'features'> & { features: DescribedDrift[] };

/**
 * `smart-etl drift [--now]`: whether the champion is still what it was, by its newest daily look, or by one now.
 *
 * @returns 0; 1 when it is no longer what it was, or nobody has looked yet
 */
export async function drift({
  now = false,
  top = 12,
  json = false,
}: {
  now?: boolean;
  top?: number;
  json?: boolean;
}): Promise<ExitCode> {
  const config = loadConfig();
  if (now) await (await import('./look-now.ts')).lookNow(config);
  const { features, ...record } = await withDatabase(config, (pool) => readDriftRecord(pool, FAILURE_MODEL));
  const told = { ...record, features: features.map(describeDrift) };
  if (json) console.log(JSON.stringify(told));
  else console.log(driftLines(told, config.language, top).join('\n'));
  return told.check === null || told.check.state === 'degraded' ? EXIT.negative : EXIT.ok;
}

/** At most 80 columns wide. */
export function driftLines(told: Told, language: Language, top: number): string[] {
  const texts = TEXTS[language];
  const { check, features, quality, episode } = told;
  if (check === null) return [texts.none];
  const shown = features.slice(0, top);
  const lines = [
    `${texts.title(check.version, instantText(check.asOf.getTime()))}: ${texts.state[check.state]}`,
    texts.reference(instantText(check.referenceCutoff.getTime())),
    ...(episode !== null && episode.resolvedAt === null
      ? [texts.incident(episode.incidentId, episode.retrainWorkflowId)]
      : []),
    '',
    ...check.signs.flatMap(({ found, words }) => {
      const mark = found === null ? '?' : found ? '!' : '✓';
      return wordLines(words[language], WIDTH - 2).map((line, i) => `${i === 0 ? mark : ' '} ${line}`);
    }),
    '',
    texts.moved(check.drifted, check.features),
    rowOf(texts.columns),
    ...shown.map(({ feature, psi, usualPsi, shift, state }) =>
      rowOf([feature, decimal(psi), decimal(usualPsi), signed(shift), texts.mark[state]]),
    ),
    ...(features.length > shown.length ? [`  ${texts.others(features.length - shown.length)}`] : []),
    '',
    texts.quality,
    ...qualityLines(quality, language),
    '',
    texts.estimate,
    ...estimateLines(quality, language),
  ];
  return lines.map((line) => line.trimEnd().slice(0, WIDTH));
}

const rowOf = ([feature, psi, usual, shift, mark]: readonly string[]): string =>
  `  ${feature!.slice(0, 40).padEnd(40)} ${psi!.padStart(7)} ${usual!.padStart(7)} ${shift!.padStart(7)}  ${mark}`;

const METRICS = ['average_precision', 'brier_score', 'recall_at_10'] as const;
const WEEKS = 8;

function qualityLines(quality: Told['quality'], language: Language): string[] {
  const texts = TEXTS[language];
  const realised = quality.filter(({ basis, slice }) => basis === 'realised' && slice === 'all');
  const weeks = [...Map.groupBy(realised, ({ cutoff }) => cutoff.getTime())].slice(0, WEEKS);
  if (weeks.length === 0) return [`  ${texts.little}`];
  const cells = (of: readonly string[]) =>
    `  ${of[0]!.padEnd(12)}${of
      .slice(1)
      .map((cell) => cell.padStart(18))
      .join('')}`;
  return [
    cells(texts.qualityColumns),
    ...weeks.map(([at, rows]) =>
      cells([
        new Date(at).toISOString().slice(0, 10),
        ...METRICS.map((metric) => {
          const row = rows.find((one) => one.metric === metric);
          if (row?.value == null) return '-';
          return `${row.value.toFixed(3)} (${row.baseValue === null ? '-' : row.baseValue.toFixed(3)})`;
        }),
      ]),
    ),
  ];
}

function estimateLines(quality: Told['quality'], language: Language): string[] {
  const estimated = quality.filter(({ basis, value }) => basis === 'estimated' && value !== null);
  if (estimated.length === 0) return [`  ${TEXTS[language].little}`];
  return estimated.map(({ metric, value, low, high, rows }) => {
    const bounds = low === null ? '' : ` (${low.toFixed(3)} … ${high!.toFixed(3)})`;
    return `  ${metric.padEnd(24)} ${value!.toFixed(3)}${bounds}  n = ${rows}`;
  });
}

const decimal = (value: number | null): string => (value === null ? '-' : value.toFixed(2));
const signed = (value: number | null): string =>
  value === null ? '-' : `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`;
