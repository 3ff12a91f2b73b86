import type { LatestForecast } from '../../api/contract.ts';
import { element } from '../element.ts';
import { drawForecast } from '../forecast.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { sectionElement } from '../section.ts';

/** The coming week, job by day, with reasons. */
export const page: Page = {
  title: ({ words }) => words.forecastTitle,
  styles: ['/pages/week.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const { section, body } = sectionElement({
    id: 'forecast',
    title: frame.view.words.forecastTitle,
    workflows: 'forecastWeek',
  });
  place.append(element('h1', {}, frame.view.words.navWeek), section);
  let latest: LatestForecast | null = null;
  const draw = () => {
    if (latest) drawForecast(frame.view, latest);
  };
  frame.read<LatestForecast>({
    address: () => '/v1/forecasts/latest',
    topics: ['forecast'],
    place: body,
    onAnswer(answer) {
      latest = answer;
      draw();
    },
  });
  return { update: draw };
}
