import type { SearchAnswer } from '../../api/contract/estate.ts';
import type { Run } from '../../api/contract/runs.ts';
import { element } from '../element.ts';
import { severityText, stateText } from '../incident-words.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import type { Reader } from '../reader.ts';
import { redraw } from '../redraw.ts';
import { emptyElement, statusElement, timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './search-words.ts';

/** Of each kind; whoever sees so many types one more letter. */
const MOST_SHOWN = 20;
const SHORTEST = 2;
const TYPING_MS = 200;

/** One box for everything that has a name. */
export const page: Page = {
  title: ({ words }) => words.navSearch,
  styles: ['/pages/search.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const words = wordsIn(WORDS, frame.view.language);
  const asked = (): string => (frame.query.get('q') ?? '').trim();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const apply = () => {
    clearTimeout(timer);
    timer = undefined;
    if (input.value.trim() !== asked()) frame.setQuery({ q: input.value.trim() || null });
  };
  const input = element('input', {
    ...{ type: 'search', name: 'q', class: 'search', 'data-focus': true, maxlength: 200 },
    ...{ 'aria-label': words.what, placeholder: words.what, autocomplete: 'off', spellcheck: 'false' },
    change: apply,
    input() {
      clearTimeout(timer);
      timer = setTimeout(apply, TYPING_MS);
    },
  });
  input.value = asked();
  const said = element('p', { class: 'muted', role: 'status' });
  const body = element('div', { class: 'found-groups' });
  const form = element(
    'form',
    {
      role: 'search',
      submit(event) {
        event.preventDefault();
        apply();
      },
    },
    input,
  );
  place.append(element('h1', {}, frame.view.words.navSearch), form, said, body);

  let answer: { q: string; found: SearchAnswer } | null = null;
  /** Answers may come late: each is kept with the word it is of. */
  let reading = '';
  let reader: Reader | null = null;
  const ask = () => {
    if (asked().length < SHORTEST || asked() === reading) return;
    if (reader) reader.refresh();
    else reader = frame.read<SearchAnswer>({ address, topics: [], onAnswer: take });
  };
  function address(): string {
    if (asked().length >= SHORTEST) reading = asked();
    return `/v1/search?limit=${MOST_SHOWN}&q=${encodeURIComponent(reading)}`;
  }
  function take(found: SearchAnswer): void {
    answer = { q: reading, found };
    draw();
  }

  function draw(): void {
    const q = asked();
    if (timer === undefined && input.value.trim() !== q) input.value = q;
    if (q.length < SHORTEST) {
      said.textContent = q === '' ? words.hint : words.tooShort;
      redraw(body, 'nothing', () => []);
      return;
    }
    if (answer?.q !== q) {
      said.textContent = frame.view.words.loading;
      return;
    }
    const { found } = answer;
    const groups = groupsOf(frame, found);
    const count = groups.reduce((sum, { items }) => sum + items.length, 0);
    said.textContent = words.found(count);
    redraw(body, [q, found, frame.view.overview === null], () =>
      count === 0
        ? [emptyElement(words.none(q), words.noneHow)]
        : groups.flatMap((group) => groupElement(group, words)),
    );
  }
  ask();
  draw();
  return {
    update() {
      ask();
      draw();
    },
    unmount: () => clearTimeout(timer),
  };
}

interface Group {
  title: string;
  items: readonly HTMLElement[];
}

function groupElement(
  { title, items }: Group,
  words: ReturnType<typeof wordsIn<typeof WORDS>>,
): HTMLElement[] {
  if (items.length === 0) return [];
  return [
    element(
      'section',
      {},
      element(
        'div',
        { class: 'head' },
        element('h2', {}, title),
        items.length === MOST_SHOWN && element('p', {}, words.atLeast(MOST_SHOWN)),
      ),
      element('ul', { class: 'found', role: 'list' }, ...items),
    ),
  ];
}

function groupsOf(frame: Frame, { jobs, incidents, runs, errors, files }: SearchAnswer): Group[] {
  const { view } = frame;
  const { language } = view;
  const words = wordsIn(WORDS, language);
  const line = (href: string, name: string, ...rest: (Node | string)[]) =>
    element(
      'li',
      {},
      element('a', { href: frame.href(href), 'data-key': href + name }, name),
      element('span', { class: 'muted' }, ...rest),
    );
  const runLine = (run: Run) =>
    element(
      'li',
      {},
      element(
        'a',
        { href: frame.href(`/jobs/${run.jobId}`), 'data-key': `${run.jobId} ${run.runKey}` },
        run.job,
      ),
      statusElement(view, run.status),
      element('span', { class: 'muted' }, timeElement(view, run.startedAt), ` · ${run.runKey}`),
      run.error !== null && element('p', { class: 'error-text' }, run.error.slice(0, 300)),
    );
  const fileStates: Record<string, string> = {
    stored: view.words.fileStored,
    loaded: view.words.fileLoaded,
    refused: view.words.fileRefused,
    held: view.words.fileHeld,
    unpacked: view.words.fileUnpacked,
  };
  return [
    {
      title: words.jobs,
      items: jobs.map(({ jobId, job, owner, host }) =>
        line(`/jobs/${jobId}`, job, `${owner ?? view.words.noOwner} · ${host ?? view.words.unknownHost}`),
      ),
    },
    {
      title: words.incidents,
      items: incidents.map(({ id, about, state, severity, openedAt }) =>
        line(
          `/incidents/${id}`,
          `${words.incident(id)}${about.length > 0 ? ` — ${about.join(', ')}` : ''}`,
          `${severityText(severity, language)} · ${stateText({ state, acknowledgedBy: null }, language)} · `,
          timeElement(view, openedAt),
        ),
      ),
    },
    { title: words.runs, items: runs.map(runLine) },
    { title: words.errors, items: errors.map(runLine) },
    {
      title: words.files,
      items: files.map(({ sha256, name, source, state, receivedAt }) =>
        element(
          'li',
          {},
          element('a', { href: frame.href('/quality', { file: sha256 }), 'data-key': sha256 }, name),
          element(
            'span',
            { class: 'muted' },
            `${source} · ${fileStates[state] ?? state} · `,
            timeElement(view, receivedAt),
          ),
        ),
      ),
    },
  ];
}
