import type { Jobs } from '../../api/contract.ts';
import { element } from '../element.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { emptyElement } from '../view.ts';
import { wordsIn } from '../words.ts';

const WORDS = {
  what: ['Part of the name of a job', 'Une partie du nom d’un traitement'],
  none: ['No job has this in its name.', 'Aucun traitement n’a cela dans son nom.'],
} as const;
const MOST_SHOWN = 50;

/** Finds a job by a part of its name. */
export const page: Page = {
  title: ({ words }) => words.navSearch,
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const words = wordsIn(WORDS, frame.view.language);
  const input = element('input', {
    type: 'search',
    class: 'search',
    'data-focus': true,
    'aria-label': words.what,
    placeholder: words.what,
    autocomplete: 'off',
    maxlength: 200,
    input: () => frame.setQuery({ q: input.value === '' ? null : input.value }),
  });
  input.value = frame.query.get('q') ?? '';
  const body = element('div', { 'aria-live': 'polite' });
  place.append(element('h1', {}, frame.view.words.navSearch), input, body);
  let jobs: Jobs | null = null;
  const draw = () => {
    const asked = (frame.query.get('q') ?? '').trim().toLowerCase();
    if (input.value.trim().toLowerCase() !== asked) input.value = frame.query.get('q') ?? '';
    if (!jobs) return;
    const found = asked === '' ? [] : jobs.items.filter(({ job }) => job.toLowerCase().includes(asked));
    const links = found
      .slice(0, MOST_SHOWN)
      .map(({ jobId, job }) => element('li', {}, element('a', { href: frame.href(`/jobs/${jobId}`) }, job)));
    const isNone = asked !== '' && found.length === 0;
    body.replaceChildren(
      isNone ? emptyElement(words.none, null) : element('ul', { class: 'found' }, ...links),
    );
  };
  frame.read<Jobs>({
    address: () => '/v1/jobs',
    topics: ['runs'],
    onAnswer(answer) {
      jobs = answer;
      draw();
    },
  });
  return { update: draw };
}
