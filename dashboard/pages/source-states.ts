import type { IngestedFile } from '../../api/contract/files.ts';
import type { SourceStates } from '../../api/contract/source-state.ts';
import { openActDialog } from '../act-dialog.ts';
import { element, icon } from '../element.ts';
import { mayAs } from '../me.ts';
import type { Frame } from '../page.ts';
import { tableElement } from '../table.ts';
import { emptyElement, timeElement } from '../view.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './quality-words.ts';

type State = SourceStates['items'][number];

/** Each source with its contract, what of it waits, and what can be done about that. */
export function sourcesElement(frame: Frame, { items }: SourceStates, onDone: () => void): HTMLElement {
  const { view } = frame;
  const words = wordsIn(WORDS, view.language);
  if (items.length === 0) return emptyElement(words.sourcesNone, null);
  return tableElement({
    label: words.sourcesTitle,
    columns: [
      ...[view.words.source, words.contract, words.last],
      ...[words.waiting, words.held, words.refused, words.rows, words.actions],
    ],
    numbers: [3, 4, 5, 6],
    rows: items.map((state) => [
      nameElement(frame, state),
      contractElement(frame, state),
      state.lastReceivedAt === null ? view.words.notKnown : timeElement(view, state.lastReceivedAt),
      view.format.count(state.waiting),
      view.format.count(state.held),
      view.format.count(state.refused),
      view.format.count(state.quarantinedRows),
      actionsElement(frame, state, onDone),
    ]),
  });
}

function nameElement({ view }: Frame, { source, pausedAt }: State): HTMLElement {
  return element(
    'span',
    {},
    source,
    ' ',
    pausedAt !== null &&
      element(
        'span',
        { class: 'status attention', title: view.words.sourceStoppedHow },
        icon('attention'),
        view.words.sourceStopped,
      ),
  );
}

function contractElement({ view }: Frame, { contract }: State): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  if (contract === null) return element('span', { class: 'muted' }, words.noContract);
  return element(
    'span',
    { title: `${words.acceptedBy(contract.acceptedBy)} · ${contract.acceptedAt}` },
    words.contractOf(contract.version),
  );
}

function actionsElement({ view }: Frame, state: State, onDone: () => void): HTMLElement {
  if (!mayAs(view, 'operator')) return element('span');
  const words = wordsIn(WORDS, view.language);
  const { source } = state;
  const release = () =>
    openActDialog(view, {
      ...{ title: words.releaseTitle(source), button: words.release, explanation: words.releaseWhat, onDone },
      address: `/v1/sources/${encodeURIComponent(source)}/release`,
    });
  const replay = () =>
    openActDialog(view, {
      ...{ title: words.replayTitle(source), button: words.replay, explanation: words.replayWhat, onDone },
      ...{ address: '/v1/quarantine/replay', word: () => ({ source }) },
    });
  const button = (act: string, text: string, click: () => void) =>
    element(
      'button',
      { type: 'button', 'data-source-act': act, 'data-key': `${act} ${source}`, click },
      text,
    );
  return element(
    'span',
    { class: 'acts' },
    state.pausedAt !== null && button('release', words.release, release),
    state.quarantinedRows + state.refused > 0 && button('replay', words.replay, replay),
  );
}

/** Files of which nothing was loaded, with the reason in words. */
export function stoppedElement({ view }: Frame, items: readonly IngestedFile[]): HTMLElement {
  const words = wordsIn(WORDS, view.language);
  if (items.length === 0) return element('p', { class: 'muted' }, words.heldNone);
  const stateOf = ({ state }: IngestedFile) =>
    element(
      'span',
      { class: `status ${state === 'held' ? 'attention' : 'failed'}` },
      icon(state === 'held' ? 'attention' : 'failed'),
      state === 'held' ? view.words.fileHeld : view.words.fileRefused,
    );
  return element(
    'div',
    {},
    tableElement({
      label: words.heldTitle,
      columns: [view.words.file, view.words.source, view.words.received, view.words.status, words.reason],
      rows: items.map((file) => [
        file.name,
        file.source,
        timeElement(view, file.receivedAt),
        stateOf(file),
        element('span', { class: 'reason', title: file.refusalCode ?? '' }, file.refusalDetail ?? ''),
      ]),
    }),
    items.some(({ refusalCode, state }) => state === 'held' && refusalCode === 'schema-changed') &&
      element('p', { class: 'muted' }, words.heldHow),
  );
}
