import type { LineageContestant, ModelLineage } from '../../db/forecast/model-lineage.ts';
import type { ModelVersionRow } from '../../db/forecast/read-models.ts';
import { printable } from '../byte-text.ts';
import { durationText } from '../part-table.ts';
import { wordLines } from '../word-lines.ts';

const WIDTH = 79;
const NAME_WIDTH = 12;

export interface ModelCard extends ModelVersionRow {
  lineage: ModelLineage;
  /** `valid` null: the object store does not answer. */
  verified: { valid: boolean | null; keyId: string | null; reason: string | null };
}

const TEXTS = {
  en: {
    use: [
      'use',
      'Forecasts, of every job that ran in the last 7 days, how likely at least one of its runs fails in the next 7 days and on each of them, so that people look where it is worth it.',
    ],
    limits: [
      'limits',
      'Knows runs and server metrics as they were logged, nothing of what people plan. Not for deciding about people, nor for letting a job go unwatched. A job with fewer than five runs, none of which failed, gets the rate of its group. It is no better than what it was taught: see `smart-etl drift`.',
    ],
    origin: 'origin',
    here: 'trained here',
    elsewhere: (name: string, who: string) => `trained elsewhere: "${name}", brought by ${who}`,
    knownUntil: (instant: string | null) => `with nothing known after ${instant ?? 'what the files tell'}`,
    week: 'week file',
    day: 'day file',
    data: 'data',
    upTo: (instant: string) => `up to ${instant}`,
    counts: (jobs: number, runs: number) => `${jobs} jobs, ${runs} runs`,
    files: (files: number, last: string) => `${files} files, the last known ${last}`,
    snapshot: 'snapshot',
    features: 'features',
    registered: 'registered',
    by: (at: string, code: string, took: string) => `${at} by version ${code} in ${took}`,
    quality: 'quality',
    support: (rows: string, positives: string) => `on ${rows} test windows, ${positives} with a failure`,
    others: 'beside it',
    notTrained: 'not trained',
    gate: 'gate',
    notJudged: 'has not judged it',
    against: (champion: number) => (champion === 0 ? 'no champion' : `version ${champion}`),
    judged: (verdict: string, against: string, at: string) => `${verdict} against ${against}, ${at}`,
    served: 'served',
    neverServed: 'was never champion',
    since: (at: string) => `champion from ${at}`,
    forecasts: (count: number, first: string, last: string) => `${count} forecasts, ${first} – ${last}`,
    noForecast: 'made no forecast',
    instead: (count: number) => `${count} in the place of a champion that could not be used`,
    tags: 'tags',
    signature: 'signature',
    valid: (key: string) => `valid, by ${key}; bytes and manifest are whole`,
    invalid: 'NOT USABLE',
    unknown: 'could not be checked',
  },
  fr: {
    use: [
      'usage',
      "Prévoit, pour chaque traitement exécuté dans les 7 derniers jours, la probabilité d'au moins un échec dans les 7 jours suivants et chacun d'eux, pour que l'on regarde là où cela en vaut la peine.",
    ],
    limits: [
      'limites',
      "Connaît les exécutions et les mesures des serveurs telles qu'elles sont journalisées, rien de ce que l'on projette. Ni pour juger des personnes, ni pour cesser de surveiller un traitement. Un traitement de moins de cinq exécutions, toutes réussies, reçoit le taux de son groupe. Il ne vaut que ce qu'il a appris : voir `smart-etl drift`.",
    ],
    origin: 'origine',
    here: 'entraîné ici',
    elsewhere: (name: string, who: string) => `entraîné ailleurs : « ${name} », apporté par ${who}`,
    knownUntil: (instant: string | null) =>
      `sans rien de connu après ${instant ?? 'ce que disent les fichiers'}`,
    week: 'sem. (f.)',
    day: 'jour (f.)',
    data: 'données',
    upTo: (instant: string) => `jusqu'au ${instant}`,
    counts: (jobs: number, runs: number) => `${jobs} traitements, ${runs} exécutions`,
    files: (files: number, last: string) => `${files} fichiers, le dernier connu le ${last}`,
    snapshot: 'instantané',
    features: 'variables',
    registered: 'enregistré',
    by: (at: string, code: string, took: string) => `${at} par la version ${code} en ${took}`,
    quality: 'qualité',
    support: (rows: string, positives: string) => `sur ${rows} fenêtres de test, ${positives} avec échec`,
    others: 'à côté',
    notTrained: 'non entraîné',
    gate: 'barrière',
    notJudged: "ne l'a pas jugé",
    against: (champion: number) => (champion === 0 ? 'aucun champion' : `la version ${champion}`),
    judged: (verdict: string, against: string, at: string) => `${verdict} contre ${against}, ${at}`,
    served: 'service',
    neverServed: "n'a jamais été champion",
    since: (at: string) => `champion dès ${at}`,
    forecasts: (count: number, first: string, last: string) => `${count} prévisions, ${first} – ${last}`,
    noForecast: 'aucune prévision',
    instead: (count: number) => `${count} à la place d'un champion inutilisable`,
    tags: 'étiquettes',
    signature: 'signature',
    valid: (key: string) => `valide, par ${key} ; octets et manifeste intègres`,
    invalid: 'INUTILISABLE',
    unknown: "n'a pas pu être vérifiée",
  },
};

/** A model card, 80 columns wide: what it is for, data, quality beside the others, limits, gate, lineage, signature. */
export function cardLines(card: ModelCard, language: 'en' | 'fr'): string[] {
  const texts = TEXTS[language];
  const names = card.aliases.length === 0 ? '' : `: ${card.aliases.join(', ')}`;
  const tags = Object.entries(card.tags).map(([key, value]) => printable(`${key} = ${value}`));
  return [
    `${card.model}/${card.version} (${card.kind})${names}`,
    ...entry(texts.use[0]!, [texts.use[1]!]),
    ...originLines(card, texts),
    ...dataLines(card, texts),
    ...qualityLines(card, texts),
    ...entry(texts.limits[0]!, [texts.limits[1]!]),
    ...gateLines(card, language),
    ...servedLines(card, texts),
    ...(tags.length === 0 ? [] : entry(texts.tags, tags)),
    ...signatureLines(card, texts),
  ];
}

type Texts = (typeof TEXTS)['en'];

/** The name once, then its texts, folded between words. */
const entry = (name: string, told: readonly string[]): string[] =>
  told
    .flatMap((text) => wordLines(text, WIDTH - NAME_WIDTH))
    .map((line, i) => `${(i === 0 ? name : '').padEnd(NAME_WIDTH)}${line}`.trimEnd());

function originLines({ origin }: ModelCard, texts: Texts): string[] {
  if (origin === null) return entry(texts.origin, [texts.here]);
  return [
    ...entry(texts.origin, [texts.elsewhere(origin.name, origin.who), texts.knownUntil(origin.trainedAt)]),
    ...entry(texts.week, [origin.week]),
    ...entry(texts.day, [origin.day]),
  ];
}

function dataLines(card: ModelCard, texts: Texts): string[] {
  const { data, features, code } = card.lineage;
  return [
    ...entry(texts.data, [
      texts.upTo(card.cutoff.toISOString()),
      ...(data.jobs === null ? [] : [texts.counts(data.jobs, data.runs!)]),
      ...(data.lastKnownAt === null ? [] : [texts.files(data.files, data.lastKnownAt.toISOString())]),
    ]),
    ...entry(texts.snapshot, [data.snapshotSha256]),
    ...(features === null
      ? []
      : entry(texts.features, [`${features.count}: ${features.sha256.slice(0, 16)}…`])),
    ...entry(texts.registered, [
      texts.by(card.createdAt.toISOString(), card.codeVersion, durationText(card.fitMs)),
      `seed ${code.seed}`,
    ]),
    `artifact    ${card.artifactSha256}`,
  ];
}

const SHOWN = [
  ['average_precision', 'AP'],
  ['roc_auc', 'AUC'],
  ['brier_score', 'Brier'],
  ['expected_calibration_error', 'ECE'],
  ['onset_average_precision', 'onset AP'],
] as const;

function qualityLines(card: ModelCard, texts: Texts): string[] {
  const heads = (['week', 'day'] as const).map((head) => {
    const told = SHOWN.map(([metric, short]) => `${short} ${metricOf(card, head, metric)}`);
    return `${head.padEnd(NAME_WIDTH)}${told.join('  ')}`;
  });
  const count = (metric: string) =>
    String(card.metrics.find((one) => one.head === 'week' && one.metric === metric)?.value ?? '—');
  return [
    ...entry(texts.quality, [texts.support(count('support'), count('positives'))]),
    ...heads,
    ...entry(texts.others, card.lineage.contestants.filter(({ kind }) => kind !== card.kind).map(besideLine)),
  ];

  function besideLine({ kind, metrics, reason }: LineageContestant): string {
    if (metrics === null) return `${kind.padEnd(17)} ${texts.notTrained}: ${reason ?? ''}`;
    const { averagePrecision, brier } = metrics.week;
    return `${kind.padEnd(17)} AP ${figure(averagePrecision)}  Brier ${figure(brier)}`;
  }
}

function gateLines({ gate }: ModelCard, language: 'en' | 'fr'): string[] {
  const texts = TEXTS[language];
  if (gate === null) return entry(texts.gate, [texts.notJudged]);
  return [
    ...entry(texts.gate, [texts.judged(gate.verdict, texts.against(gate.championVersion), gate.decidedAt)]),
    ...gate.checks.flatMap(({ passed, explanation }) => {
      const mark = passed === true ? '✓' : passed === false ? '✗' : '?';
      return wordLines(explanation[language], WIDTH - NAME_WIDTH - 2).map(
        (line, i) => `${' '.repeat(NAME_WIDTH)}${i === 0 ? mark : ' '} ${line}`,
      );
    }),
  ];
}

function servedLines({ lineage: { championFrom, forecasts } }: ModelCard, texts: Texts): string[] {
  const { count, firstCutoff, lastCutoff, inPlaceOfAnother } = forecasts;
  const date = (instant: Date | null) => instant!.toISOString().slice(0, 10);
  return entry(texts.served, [
    ...(championFrom.length === 0
      ? [texts.neverServed]
      : championFrom.map((from) => texts.since(from.toISOString()))),
    count === 0 ? texts.noForecast : texts.forecasts(count, date(firstCutoff), date(lastCutoff)),
    ...(inPlaceOfAnother === 0 ? [] : [texts.instead(inPlaceOfAnother)]),
  ]);
}

function signatureLines({ verified: { valid, keyId, reason } }: ModelCard, texts: Texts): string[] {
  if (valid === true) return entry(texts.signature, [texts.valid(keyId!)]);
  // Names of objects are long.
  const why = wordLines(reason ?? '', WIDTH - 2).map((line) => `  ${line}`);
  return [...entry(texts.signature, [valid === false ? texts.invalid : texts.unknown]), ...why];
}

const figure = (value: number | null): string => (value === null ? '—' : value.toFixed(3));

/** A metric of a version as it is shown; — where it is not known. */
export const metricOf = (
  { metrics }: Pick<ModelVersionRow, 'metrics'>,
  head: 'week' | 'day',
  metric: string,
): string => figure(metrics.find((one) => one.head === head && one.metric === metric)?.value ?? null);
