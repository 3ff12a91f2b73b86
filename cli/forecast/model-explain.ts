import { loadConfig } from '../../config.ts';
import { type ExplainedForecast, readExplanation } from '../../db/forecast/explain-forecast.ts';
import { failedRunsText, lostTimeText, notEnoughDataText } from '../../models/alerts/forecast-words.ts';
import { instantText } from '../../models/alerts/message.ts';
import { printable } from '../byte-text.ts';
import { withDatabase } from '../connections.ts';
import { expectedJob } from '../detect/expected-job.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { wordLines } from '../word-lines.ts';

const WIDTH = 79;
const percent = (probability: number): string => `${Math.round(100 * probability)} %`;
const TEXTS = {
  en: {
    none: 'no forecast covers it yet: it has not run in the week before one',
    title: ({ probability, rank, candidates }: ExplainedForecast) =>
      `${percent(probability)} to fail in the week; rank ${rank} of ${candidates}`,
    made: (cutoff: string, version: number) => `forecast of ${cutoff}, by model version ${version}`,
    instead: (version: number) => `in the place of version ${version}, which could not be used`,
    bounds: 'nine times in ten within',
    costs: (runs: string, lost: string) => `${runs} failed runs expected, ${lost} lost`,
    reasons: 'why',
    noReasons: 'nothing moved it from what is usual',
    days: 'day by day',
  },
  fr: {
    none: "aucune prévision ne le couvre : il n'a pas tourné la semaine précédente",
    title: ({ probability, rank, candidates }: ExplainedForecast) =>
      `${percent(probability)} d'échec dans la semaine ; rang ${rank} sur ${candidates}`,
    made: (cutoff: string, version: number) => `prévision du ${cutoff}, par la version ${version} du modèle`,
    instead: (version: number) => `à la place de la version ${version}, inutilisable`,
    bounds: 'neuf fois sur dix entre',
    costs: (runs: string, lost: string) => `${runs} exécutions en échec attendues, ${lost} perdus`,
    reasons: 'pourquoi',
    noReasons: "rien ne l'écarte de l'habitude",
    days: 'jour par jour',
  },
};

/**
 * `smart-etl model explain JOB`: what the last forecast that covers a job says of it, and why.
 *
 * @returns 0; 1 when no forecast covers it
 */
export async function explainForecast(
  asked: string,
  { json = false }: { json?: boolean },
): Promise<ExitCode> {
  const config = loadConfig();
  const { namespace, job, forecast } = await withDatabase(config, async (pool) => {
    const named = await expectedJob(pool, asked);
    return { ...named, forecast: await readExplanation(pool, named.jobId) };
  });
  if (json) console.log(JSON.stringify({ namespace, job, forecast }));
  else {
    const lines =
      forecast === null
        ? wordLines(TEXTS[config.language].none, WIDTH)
        : explanationLines(forecast, config.language);
    console.log([printable(`${namespace}/${job}`), ...lines].join('\n'));
  }
  return forecast === null ? EXIT.negative : EXIT.ok;
}

function explanationLines(forecast: ExplainedForecast, language: 'en' | 'fr'): string[] {
  const texts = TEXTS[language];
  const { interval, expectedFailedRuns, expectedLostMinutes, basis, reasons, days, insteadOf } = forecast;
  const list = (told: readonly { en: string; fr: string; contribution: number }[], indent: string) =>
    told.flatMap((reason) =>
      wordLines(reason[language], WIDTH - indent.length - 2).map(
        (line, i) => `${indent}${i > 0 ? ' ' : reason.contribution >= 0 ? '+' : '-'} ${line}`,
      ),
    );
  return [
    texts.title(forecast),
    texts.made(instantText(forecast.cutoff.getTime()), forecast.modelVersion),
    ...(insteadOf === null ? [] : [texts.instead(insteadOf)]),
    ...(interval === null ? [] : [`${texts.bounds} ${interval.map(percent).join(' – ')}`]),
    ...(expectedFailedRuns === null
      ? []
      : [
          texts.costs(
            failedRunsText(expectedFailedRuns, language),
            expectedLostMinutes === null ? '?' : lostTimeText(expectedLostMinutes),
          ),
        ]),
    texts.reasons,
    ...(basis === 'group-rate'
      ? wordLines(notEnoughDataText(forecast.probability, language), WIDTH - 2).map((line) => `  ${line}`)
      : reasons.length === 0
        ? [`  ${texts.noReasons}`]
        : list(reasons, '  ')),
    texts.days,
    ...days.flatMap(({ horizonDay, probability, reasons: ofDay }) => [
      `  ${horizonDay}  ${percent(probability).padStart(5)}`,
      ...list(ofDay.slice(0, 1), '            '),
    ]),
  ];
}
