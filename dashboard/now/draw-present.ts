import { element, icon, svg } from '../element.ts';
import { updateKeyedList } from '../keyed-list.ts';
import type { Frame } from '../page.ts';
import { drawnFor, emptyElement, timeElement } from '../view.ts';
import type { DueSoon, Present, RunningNow } from './present.ts';
import { type NowWords, nowWords } from './words.ts';

const MOST_SHOWN = 8;
/** From so many times the usual on it is told: a few per cent are no news. */
const BEYOND = 1.25;
/** The whole bar stands for so many times the usual. */
const BAR_TIMES = 1.5;

/** What runs, each with how far it is of what is usual. */
export function drawRunning(frame: Frame, body: HTMLElement, running: readonly RunningNow[]): void {
  const words = nowWords(frame.view);
  if (running.length === 0) {
    body.replaceChildren(emptyElement(words.runningNone, words.runningNoneHow));
    return;
  }
  drawList(
    frame,
    body,
    running,
    ({ jobId, runKey }) => `${jobId}/${runKey}`,
    (run) => runningLine(frame, words, run),
  );
}

/** What is due next, what is awaited first. */
export function drawDue(frame: Frame, body: HTMLElement, due: readonly DueSoon[]): void {
  const words = nowWords(frame.view);
  if (due.length === 0) {
    body.replaceChildren(emptyElement(words.dueNone, words.dueNoneHow));
    return;
  }
  drawList(
    frame,
    body,
    due,
    ({ jobId, dueAtMs }) => `${jobId}/${dueAtMs}`,
    (slot) => dueLine(frame, words, slot),
  );
}

function drawList<Item>(
  frame: Frame,
  body: HTMLElement,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  lineOf: (item: Item) => HTMLElement,
): void {
  const words = nowWords(frame.view);
  let list = body.querySelector<HTMLElement>('.lines');
  if (!list) {
    list = element('ul', { class: 'lines', role: 'list' });
    body.replaceChildren(list, element('p', { class: 'muted more-of' }));
  }
  updateKeyedList(list, items.slice(0, MOST_SHOWN), drawnFor(frame.view), keyOf, lineOf);
  const more = items.length - MOST_SHOWN;
  const note = body.querySelector('.more-of')!;
  note.replaceChildren(
    ...(more > 0
      ? [`${words.moreOf(more)} · `, element('a', { href: frame.href('/timeline') }, words.all)]
      : []),
  );
}

function runningLine({ view, href }: Frame, words: NowWords, run: RunningNow): HTMLElement {
  const { format } = view;
  const isBeyond = run.share !== null && run.share >= BEYOND;
  const usual =
    run.usualMs === null
      ? words.usualUnknown
      : isBeyond
        ? words.beyond(format.oneDigit(run.share!))
        : words.usualOf(format.duration(run.usualMs));
  return element(
    'li',
    { class: isBeyond ? 'beyond' : '' },
    element('a', { href: href(`/jobs/${run.jobId}`) }, run.job),
    element('span', { class: 'amount' }, isBeyond && icon('attention'), format.duration(run.elapsedMs)),
    element('span', { class: 'muted' }, `${usual} · ${run.host ?? view.words.unknownHost}`),
    run.share === null ? element('span') : shareBar(run.share),
  );
}

/** How far it is; the notch is what is usual. The words say the same. */
function shareBar(share: number): HTMLElement {
  const width = Math.min(100, (100 * share) / BAR_TIMES);
  const notch = 100 / BAR_TIMES;
  return svg(
    'svg',
    { class: 'elapsed', viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('rect', { class: 'elapsed-all', width: 100, height: 6, rx: 1 }),
    svg('rect', { class: 'elapsed-part', width, height: 6, rx: 1 }),
    svg('rect', { class: 'elapsed-usual', x: notch - 0.4, width: 0.8, height: 6 }),
  ) as unknown as HTMLElement;
}

function dueLine({ view, href }: Frame, words: NowWords, slot: DueSoon): HTMLElement {
  const iso = (ms: number) => new Date(ms).toISOString();
  const deadline = view.format.time(iso(slot.deadlineAtMs), slot.dueAtMs);
  return element(
    'li',
    { class: slot.isAwaited ? 'beyond' : '' },
    element('a', { href: href(`/jobs/${slot.jobId}`) }, slot.job),
    element(
      'span',
      { class: 'amount' },
      slot.isAwaited && icon('attention'),
      timeElement(view, iso(slot.dueAtMs)),
    ),
    element(
      'span',
      { class: 'muted' },
      slot.isAwaited ? `${words.awaited}, ${words.until(deadline)}` : words.until(deadline),
    ),
  );
}

/** The last hours in one sentence. */
export function latelySentence(frame: Frame, { lately, running }: Present): string {
  const { view } = frame;
  return nowWords(view).lately(
    view.format.count(lately.ended),
    lately.failed,
    lately.missing,
    lately.late,
    running.length,
  );
}
