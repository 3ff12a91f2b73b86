import type { Timeline } from '../../api/contract/runs.ts';
import { queryOfWindow, type TimeWindow, windowOfQuery } from '../charts/time-window.ts';
import { element } from '../element.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { sectionElement } from '../section.ts';
import { chainOf, criticalPath } from '../timeline/critical-path.ts';
import { type Bar, layOutNight, type Night } from '../timeline/night.ts';
import { createNightChart } from '../timeline/night-chart.ts';
import { nightKey } from '../timeline/night-key.ts';
import { nightTable } from '../timeline/night-table.ts';
import { describeBar, isSlot, isWrong, nightWords, stateText } from '../timeline/night-words.ts';
import { emptyElement, timeElement } from '../view.ts';

const HOUR_MS = 3_600_000;
const QUARTER_MS = 900_000;
const LIMITS = { leastMs: QUARTER_MS, mostMs: 48 * HOUR_MS };
/** What is looked at without being asked: what was, and the beginning of what is to come. */
const BEFORE_MS = 12 * HOUR_MS;
const AFTER_MS = 2 * HOUR_MS;

/** What ran and what was due on every server, with what waited for what. */
export const page: Page = {
  title: (view) => nightWords(view).title,
  styles: ['/charts.css', '/pages/timeline.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const words = nightWords(frame.view);
  const { section, body } = sectionElement({ id: 'night', title: words.title, level: 1 });
  place.append(section);
  let latest: Timeline | null = null;
  /** While it is moved by hand the address stands still. */
  let held: TimeWindow | null = null;

  const usualWindow = (nowMs: number): TimeWindow => ({ fromMs: nowMs - BEFORE_MS, toMs: nowMs + AFTER_MS });
  const windowOf = ({ now }: Timeline): TimeWindow =>
    held ?? windowOfQuery(frame.query, LIMITS) ?? usualWindow(Date.parse(now));

  const chart = createNightChart({
    view: () => frame.view,
    label: words.chart,
    limits: LIMITS,
    describe: (bar) => describeBar(frame.view, bar),
    hostName: (host) => host ?? words.unknownServer,
    onWindow(window, isDone) {
      held = isDone ? null : window;
      if (!isDone) return;
      frame.setQuery(queryOfWindow(window));
      reading.refresh();
    },
    onReset() {
      held = null;
      frame.setQuery({ from: null, to: null });
      reading.refresh();
    },
    onChoose: (bar) => frame.setQuery({ run: bar?.key ?? null }),
    onOpen: (bar) => frame.go(frame.href(`/jobs/${bar.jobId}`)),
  });

  const server = element('select', {
    'aria-label': words.server,
    change: () => {
      frame.setQuery({ host: server.value === '' ? null : server.value });
      reading.refresh();
    },
  });
  const name = element('input', {
    type: 'search',
    'aria-label': words.jobNamed,
    placeholder: words.jobNamed,
    maxlength: 200,
    input: () => frame.setQuery({ q: name.value === '' ? null : name.value }),
  });
  const wrong = element('input', {
    type: 'checkbox',
    change: () => {
      if (wrong.checked) table.open = true;
      frame.setQuery({ wrong: wrong.checked ? '1' : null });
    },
  });
  const summary = element('p', { id: 'night-summary', 'aria-live': 'polite' });
  const chain = element('div', { id: 'night-chain' });
  // Whoever asks what went wrong asks for names, which short bars have no room for.
  const table = element(
    'details',
    { open: frame.query.get('wrong') === '1', toggle: () => draw() },
    element('summary', {}, words.asTable),
  );
  const note = element('p', { class: 'muted' });
  const drawn = element(
    'div',
    { hidden: true, class: 'night' },
    element(
      'div',
      { class: 'choices' },
      server,
      name,
      element('label', { class: 'check' }, wrong, words.onlyWrong),
    ),
    summary,
    note,
    chart.element,
    nightKey(words),
    chain,
    table,
  );
  section.append(drawn);

  const draw = () => {
    if (!latest) return;
    drawn.hidden = false;
    const asked = frame.query;
    fillServers(server, latest, asked.get('host'), words);
    if (document.activeElement !== name) name.value = asked.get('q') ?? '';
    wrong.checked = asked.get('wrong') === '1';
    const nowMs = Date.parse(latest.now);
    const whole = layOutNight(latest, nowMs);
    const window = windowOf(latest);
    const night = narrowed(latest, nowMs, asked, window);
    const chosen = night.bars.find(({ key }) => key === asked.get('run')) ?? null;
    const path = chosen
      ? chainOf(chosen, whole.bars, latest.follows)
      : criticalPath(night.bars, latest.follows);
    const shownPath = path?.filter((bar) => night.bars.some(({ key }) => key === bar.key)) ?? [];
    const onPath = shownPath.map((bar) => night.bars.find(({ key }) => key === bar.key)!);
    chart.show({ night, window, nowMs, path: onPath, chosenKey: chosen?.key ?? null });
    const count = (is: (bar: Bar) => boolean) => night.bars.filter(is).length;
    const text = words.summary(
      frame.view.format.count(count((bar) => !isSlot(bar))),
      count(({ state }) => state === 'failed'),
      count(({ state }) => state === 'missing'),
      count(({ isLate }) => isLate),
      count(({ state }) => state === 'running'),
    );
    if (summary.textContent !== text) summary.textContent = text;
    note.textContent = latest.complete ? '' : words.cut;
    body.replaceChildren(...(night.bars.length === 0 ? [emptyElement(words.none, words.noneHow)] : []));
    chain.replaceChildren(...chainElements(frame, chosen, path ?? []));
    if (table.open) table.replaceChildren(table.firstElementChild!, nightTable(frame, night.bars));
  };

  const reading = frame.read<Timeline>({
    address: () => addressOf(frame.query),
    topics: ['runs', 'expectations', 'incidents'],
    place: body,
    onAnswer(answer) {
      latest = answer;
      draw();
    },
  });
  return { update: draw, unmount: chart.close };
}

/** Somewhat more than the window is read, so that a small move shows no empty edge. */
function addressOf(query: URLSearchParams): string {
  const asked = new URLSearchParams();
  const window = windowOfQuery(query, LIMITS);
  if (window !== null) {
    const room = Math.min(
      (window.toMs - window.fromMs) / 2,
      (LIMITS.mostMs - (window.toMs - window.fromMs)) / 2,
    );
    const fromMs = Math.ceil((window.fromMs - room) / QUARTER_MS) * QUARTER_MS;
    const toMs = Math.floor((window.toMs + room) / QUARTER_MS) * QUARTER_MS;
    // A window as long as may be is not rounded: it would lose its ends.
    const wide = room < QUARTER_MS ? window : { fromMs, toMs };
    for (const [key, value] of Object.entries(queryOfWindow(wide))) asked.set(key, value);
  }
  const host = query.get('host');
  if (host !== null && host !== '') asked.set('host', host);
  const text = asked.toString();
  return text === '' ? '/v1/timeline' : `/v1/timeline?${text}`;
}

/** The part of the night that is asked for, laid out anew so that nothing stands in empty lanes. */
function narrowed(latest: Timeline, nowMs: number, asked: URLSearchParams, window: TimeWindow): Night {
  const part = (asked.get('q') ?? '').trim().toLowerCase();
  const onlyWrong = asked.get('wrong') === '1';
  return layOutNight(
    latest,
    nowMs,
    (bar) =>
      Math.max(bar.toMs, bar.expectedEndMs ?? 0) >= window.fromMs &&
      bar.fromMs <= window.toMs &&
      bar.job.toLowerCase().includes(part) &&
      (!onlyWrong || isWrong(bar)),
  );
}

function fillServers(
  select: HTMLSelectElement,
  { hosts }: Timeline,
  asked: string | null,
  words: ReturnType<typeof nightWords>,
): void {
  const known = [...select.options].map(({ value }) => value).filter((value) => value !== '');
  const told = hosts.flatMap(({ host }) => (host === null ? [] : [host]));
  // Asked for one, the answer names only that one: the others stay to be chosen.
  const names = [...new Set([...known, ...told, ...(asked ? [asked] : [])])].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  if (names.length !== known.length || select.options.length === 0) {
    select.replaceChildren(
      element('option', { value: '' }, words.allServers),
      ...names.map((host) => element('option', { value: host }, host)),
    );
  }
  select.value = asked ?? '';
}

/** The chain in words: whom the chosen run waited for, else the longest of the night. */
function chainElements(frame: Frame, chosen: Bar | null, path: readonly Bar[]): HTMLElement[] {
  const { view, href } = frame;
  const words = nightWords(view);
  const first = path[0];
  const last = path.at(-1);
  const heading = chosen
    ? [
        element('h2', {}, chosen.job),
        element('p', {}, describeBar(view, chosen).slice(1).join(' · ')),
        element('p', {}, element('a', { href: href(`/jobs/${chosen.jobId}`) }, words.openJob)),
      ]
    : [];
  if (first === undefined || last === undefined || path.length < 2) return heading;
  const iso = (ms: number) => new Date(ms).toISOString();
  const took = words.chainTook(
    path.length,
    view.format.duration(last.toMs - first.fromMs),
    view.format.time(iso(first.fromMs), last.toMs),
    view.format.time(iso(last.toMs), last.toMs),
  );
  return [
    ...heading,
    element(chosen ? 'h3' : 'h2', {}, chosen ? words.chain : words.longest),
    element('p', { class: 'muted' }, took),
    element(
      'ol',
      { class: 'chain' },
      ...path.map((bar) =>
        element(
          'li',
          {},
          element('a', { href: href(`/jobs/${bar.jobId}`) }, bar.job),
          ' ',
          element(
            'span',
            { class: 'muted' },
            timeElement(view, iso(bar.fromMs)),
            ` · ${stateText(view, bar)}`,
          ),
        ),
      ),
    ),
  ];
}
