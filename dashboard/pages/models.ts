import type { Models } from '../../api/contract.ts';
import { element } from '../element.ts';
import { drawModel } from '../model.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { sectionElement } from '../section.ts';

/** The champion, and the versions before and after it. */
export const page: Page = {
  title: ({ words }) => words.modelTitle,
  styles: ['/pages/models.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const { section, body } = sectionElement({
    id: 'model',
    title: frame.view.words.modelTitle,
    workflows: 'retrain',
  });
  place.append(element('h1', {}, frame.view.words.navModels), section);
  let models: Models | null = null;
  const draw = () => {
    if (models) drawModel(frame.view, models);
  };
  frame.read<Models>({
    address: () => '/v1/models?limit=20',
    topics: ['models'],
    place: body,
    onAnswer(answer) {
      models = answer;
      draw();
    },
  });
  return { update: draw };
}
