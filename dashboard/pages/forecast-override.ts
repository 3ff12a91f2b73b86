import type { Forecast, ForecastJob, ForecastOverride } from '../../api/contract/forecasts.ts';
import { openActDialog } from '../act-dialog.ts';
import { element } from '../element.ts';
import { DAY_MS } from '../forecast.ts';
import { mayAs } from '../me.ts';
import type { Frame } from '../page.ts';
import { timeElement, type View } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './week-words.ts';

/** What a person says, beside what the model says: with their name, the reason and its end. */
export function overrideElement(view: View, { probability, who, why, until }: ForecastOverride): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  const said = probability === null ? words.ignore : view.format.percent(probability);
  return element(
    'span',
    { class: 'tag override', title: why },
    words.says(who, said),
    ` ${words.saysUntil} `,
    timeElement(view, until),
  );
}

/** What is said of a job, and the buttons to say it or take it back for who may. */
export function overrideElements(frame: Frame, { overrides }: Forecast, job: ForecastJob): HTMLElement[] {
  const { view } = frame;
  const said = overrides.find(({ jobId }) => jobId === job.jobId);
  const address = `/v1/jobs/${job.jobId}/forecast-override`;
  const buttons = mayAs(view, 'operator')
    ? [sayButton(view, job, address), ...(said ? [takeBackButton(view, job, address)] : [])]
    : [];
  return [
    ...(said
      ? [element('p', {}, overrideElement(view, said)), element('p', { class: 'muted' }, `“${said.why}”`)]
      : []),
    ...(buttons.length > 0 ? [element('p', { class: 'acts' }, ...buttons)] : []),
  ];
}

function sayButton(view: View, { job }: ForecastJob, address: string): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  const percent = numberField('percent', { min: 0, max: 100, value: '' });
  const days = numberField('days', { min: 1, max: 92, value: '7' });
  days.required = true;
  return element(
    'button',
    {
      type: 'button',
      click: () =>
        openActDialog(view, {
          title: words.sayTitle(job),
          button: words.sayButton,
          explanation: words.sayWhat,
          address,
          fields: [
            element('label', {}, words.sayPercent, percent),
            element('label', {}, words.sayDays, days),
          ],
          word: () => ({
            probability: percent.value === '' ? null : Number(percent.value) / 100,
            until: new Date(
              Date.parse(view.overview?.asOf ?? new Date().toISOString()) + Number(days.value) * DAY_MS,
            ).toISOString(),
          }),
        }),
    },
    words.sayElse,
  );
}

function takeBackButton(view: View, { job }: ForecastJob, address: string): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  return element(
    'button',
    {
      type: 'button',
      click: () =>
        openActDialog(view, {
          title: words.takeBackTitle(job),
          button: words.takeBack,
          method: 'DELETE',
          address,
        }),
    },
    words.takeBack,
  );
}

function numberField(name: string, { min, max, value }: { min: number; max: number; value: string }) {
  const input = element('input', { name, type: 'number', min, max, step: 'any' });
  input.value = value;
  return input;
}
