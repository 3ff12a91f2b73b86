import type { Forecast, ForecastJob, ForecastOverride } from '../../api/contract/forecasts.ts';
import type { ForecastScores } from '../../api/contract/model-record.ts';
import { element } from '../element.ts';
import { boundsOf, DAY_MS, reasonsOf } from '../forecast.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { emptyElement, timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { overrideElement, overrideElements } from './forecast-override.ts';
import type { Place } from './heat-map.ts';
import { WORDS } from './week-words.ts';

/** So many are looked at before they fail; the score card counts the same. */
const WATCHED = 10;

/** Where to look first: the few job-days that hold most of the expected failures, with what is suggested. */
export function watchElement(frame: Frame, { cutoff, watch, jobs }: Forecast): HTMLElement | null {
  if (watch === null || watch.items.length === 0) return null;
  const { view } = frame;
  const { format, language } = view;
  const words = wordsIn(WORDS, language);
  const reasonOf = new Map(jobs.map((job) => [job.jobId, job.reasons[0]?.[language]]));
  return element(
    'div',
    { class: 'watch' },
    element('p', {}, words.watchHeld(watch.items.length, format.percent(watch.share))),
    tableElement({
      label: words.watchTitle,
      columns: [
        view.words.job,
        words.watchDay,
        words.watchFails,
        words.watchOfAll,
        words.mainReason,
        words.watchAct,
      ],
      numbers: [2, 3],
      rows: watch.items.map(({ jobId, job, day, probability, share, act }) => [
        element('a', { href: frame.href('/week', { job: String(jobId), day: String(day) }) }, job),
        format.day(Date.parse(cutoff) + (day - 1) * DAY_MS),
        format.percent(probability),
        format.percent(share),
        element('span', { class: 'reason' }, reasonOf.get(jobId) ?? ''),
        element('span', { class: 'reason' }, act[language]),
      ]),
    }),
  );
}

/** The jobs that are most likely to fail, each with its first reason and what its failures would cost. */
export function jobsElement(frame: Frame, { jobs, overrides }: Forecast): HTMLElement {
  const { view } = frame;
  const { format, language } = view;
  const words = wordsIn(WORDS, language);
  const known = jobs.filter(({ expectedFailedRuns }) => expectedFailedRuns !== null);
  const runs = known.reduce((sum, { expectedFailedRuns }) => sum + expectedFailedRuns!, 0);
  const lostMinutes = jobs.reduce((sum, { expectedLostMinutes }) => sum + (expectedLostMinutes ?? 0), 0);
  const left = jobs.length - known.length;
  return element(
    'div',
    {},
    known.length > 0 &&
      element(
        'p',
        {},
        words.total(format.oneDigit(runs), format.duration(lostMinutes * 60_000)),
        left > 0 ? ` ${words.totalPartly(left)}` : '',
      ),
    tableElement({
      label: words.jobsTitle,
      columns: [view.words.job, words.chance, words.mainReason, words.failures, words.cost, words.owner],
      numbers: [3, 4],
      rows: jobs
        .slice(0, WATCHED)
        .map((job) => [
          element('a', { href: frame.href(`/jobs/${job.jobId}`), title: job.namespace }, job.job),
          chanceOf(frame, job, overrides),
          element('span', { class: 'reason' }, job.reasons[0]?.[language] ?? withoutReason(frame, job)),
          job.expectedFailedRuns === null ? words.unknown : format.oneDigit(job.expectedFailedRuns),
          job.expectedLostMinutes === null
            ? words.unknown
            : format.duration(Math.round(job.expectedLostMinutes) * 60_000),
          job.owner ?? view.words.noOwner,
        ]),
    }),
  );
}

const withoutReason = ({ view }: Frame, { basis }: ForecastJob): string =>
  basis === 'model' ? view.words.noReasons : view.words.groupRate;

const chanceOf = (
  { view }: Frame,
  { jobId, probability, interval }: ForecastJob,
  overrides: readonly ForecastOverride[],
): HTMLElement =>
  element(
    'span',
    {},
    element('b', {}, view.format.percent(probability)),
    interval && element('span', { class: 'muted' }, ` ${boundsOf(view, interval)}`),
    ...overrides.filter((one) => one.jobId === jobId).map((one) => overrideElement(view, one)),
  );

/** Everything about the chosen cell, and the way to all about its job. */
export function whyElements(frame: Frame, forecast: Forecast, job: ForecastJob, { day }: Place): Node[] {
  const words = wordsIn(WORDS, frame.view.language);
  const toJob = element('a', { href: frame.href(`/jobs/${job.jobId}`) }, words.toJob);
  return [...reasonsOf(frame.view, forecast, job, day), ...overrideElements(frame, forecast, job), toJob];
}

/** How forecasts did whose week is over, in words beside the numbers. */
export function scoresElement({ view }: Frame, { items }: ForecastScores): HTMLElement {
  const { format } = view;
  const words = wordsIn(WORDS, view.language);
  if (items.length === 0) return emptyElement(words.scoreNone, words.scoreNoneHow);
  return element(
    'div',
    {},
    tableElement({
      label: words.scoreTitle,
      columns: [words.made, words.version, words.expected, words.failed, words.hits, words.brier],
      numbers: [1, 2, 3],
      rows: items.map(
        ({ cutoff, modelVersion, expected, failed, jobs, hits, checked, brier, brierOfShare }) => [
          timeElement(view, cutoff),
          String(modelVersion),
          `${format.oneDigit(expected)} / ${jobs}`,
          String(failed),
          words.hitsOf(format.oneDigit(hits), checked),
          brier === null || brierOfShare === null
            ? view.words.notEnoughData
            : element(
                'span',
                { title: words.brierWhy },
                `${format.decimal(brier)} · ${brier < brierOfShare ? words.better : words.worse}`,
              ),
        ],
      ),
    }),
    element('p', { class: 'muted' }, words.brierWhy),
  );
}
