import type { Forecast, ForecastJob, Reason } from '../api/contract/forecasts.ts';
import { element, icon, outLink, svg } from './element.ts';
import { workflowOfId } from './temporal-links.ts';
import type { View } from './view.ts';

export const DAY_MS = 86_400_000;
/** Lower bounds of the colours, from "unlikely" to "likely". */
export const HEAT_FROM = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75];

/** Classes of a probability: its colour, never without its number. */
export const heatOf = (probability: number): string =>
  `heat heat-${HEAT_FROM.filter((bound) => probability >= bound).length}`;

/** `between 20 % and 41 %`. */
export const boundsOf = ({ words, format }: View, [low, high]: readonly [number, number]): string =>
  words.bounds(format.percent(low), format.percent(high));

/**
 * How likely a job is to fail, in the week and on one of its days, what it may cost, and why; its name first.
 *
 * @param day 1 to 7 ahead; 0: only the week
 */
export function reasonsOf(
  view: View,
  forecast: Pick<Forecast, 'cutoff' | 'workflowId' | 'jobs'>,
  job: ForecastJob,
  day = 0,
): HTMLElement[] {
  const { words, format, overview } = view;
  const place = `${words.rank(job.rank)} · ${job.owner ?? words.noOwner} · ${job.host ?? words.unknownHost}`;
  const ofDay = day === 0 ? undefined : job.days[day - 1];
  const bounds = day === 0 ? job.interval : (job.dayIntervals[day - 1] ?? null);
  const dayName = format.day(Date.parse(forecast.cutoff) + (day - 1) * DAY_MS);
  const cost = costText(view, job);
  const muted = (text: string) => element('p', { class: 'muted' }, text);
  return [
    element('h3', {}, job.job),
    muted(place),
    ...(ofDay === undefined ? [] : [chanceElement(view, ofDay, words.failsOn(dayName))]),
    ...(ofDay !== undefined && bounds ? [muted(boundsOf(view, bounds))] : []),
    chanceElement(view, job.probability, words.weekFailure),
    ...(cost === '' ? [] : [muted(cost)]),
    ...(bounds ? [] : [muted(words.boundsUnknown)]),
    daysChart(view, forecast, job),
    element('h3', { class: 'why-title' }, words.why),
    reasonsElement(view, job, strongestReason(forecast.jobs)),
    ...(overview
      ? [
          outLink(
            workflowOfId(overview.temporal, forecast.workflowId),
            words.forecastWorkflow,
            words.opensTemporal,
          ),
        ]
      : []),
  ];
}

const chanceElement = (view: View, probability: number, what: string): HTMLElement =>
  element('p', { class: 'chance' }, element('b', {}, view.format.percent(probability)), ` ${what}`);

/** How far the probability may be off and what the week may cost, as far as it is known; empty: nothing is. */
function costText(view: View, { interval, expectedFailedRuns, expectedLostMinutes }: ForecastJob): string {
  const { words, format } = view;
  return [
    ...(interval ? [boundsOf(view, interval)] : []),
    ...(expectedFailedRuns === null ? [] : [words.failedRunsExpected(format.oneDigit(expectedFailedRuns))]),
    ...(expectedLostMinutes === null
      ? []
      : [words.timeLost(format.duration(Math.round(expectedLostMinutes) * 60_000))]),
  ].join(' · ');
}

const strengthOf = (reason: Reason): number => Math.abs(reason.contribution);

/** The strongest reason of any of these jobs: bars of reasons are measured against it. */
const strongestReason = (jobs: readonly ForecastJob[]): number =>
  Math.max(...jobs.flatMap(({ reasons }) => reasons.map(strengthOf)), 1e-9);

/** Why a job has its probability: each reason with its direction as sign and word, and its strength as a bar. */
function reasonsElement(view: View, { reasons, basis }: ForecastJob, strongest: number): HTMLElement {
  if (reasons.length > 0) {
    return element(
      'ul',
      { class: 'reasons', role: 'list' },
      ...reasons.map((reason) => reasonOf(view, reason, strongest)),
    );
  }
  return element('p', { class: 'muted' }, basis === 'model' ? view.words.noReasons : view.words.groupRate);
}

function reasonOf(view: View, reason: Reason, strongest: number): HTMLElement {
  const raises = reason.contribution >= 0;
  const bar = svg(
    'svg',
    { class: 'bar-line', viewBox: '0 0 100 4', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { width: Math.max(2, (100 * strengthOf(reason)) / strongest), height: 4, rx: 1 }),
  );
  return element(
    'li',
    { class: raises ? 'raises' : 'lowers', title: reason.feature },
    icon(raises ? 'up' : 'down'),
    element(
      'span',
      {},
      element('span', { class: 'spoken' }, `${raises ? view.words.raises : view.words.lowers}: `),
      reason[view.language],
    ),
    bar as unknown as HTMLElement,
  );
}

/** The seven days as columns, for the shape of the week; the numbers stand elsewhere. */
function daysChart(view: View, { cutoff }: Pick<Forecast, 'cutoff'>, job: ForecastJob): HTMLElement {
  const tallest = Math.max(...job.days, 0.1);
  const columns = job.days.flatMap((probability, index) => {
    const height = Math.max(1, (36 * probability) / tallest);
    const label = svg('text', { x: index * 32 + 16, y: 52 });
    label.textContent = view.format.weekday(Date.parse(cutoff) + index * DAY_MS);
    const column = { x: index * 32 + 4, y: 38 - height, width: 24, height, rx: 3 };
    return [svg('rect', { class: heatOf(probability), ...column }), label];
  });
  const chart = svg('svg', { class: 'days', viewBox: '0 0 224 56', 'aria-hidden': 'true' }, ...columns);
  return chart as unknown as HTMLElement;
}
