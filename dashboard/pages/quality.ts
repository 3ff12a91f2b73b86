import type { Quarantine } from '../../api/contract/estate.ts';
import type { Files } from '../../api/contract/files.ts';
import type { Quality } from '../../api/contract/quality.ts';
import type { SourceStates } from '../../api/contract/source-state.ts';
import { element } from '../element.ts';
import { drawFiles } from '../files.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { drawQuality } from '../quality.ts';
import { redraw } from '../redraw.ts';
import { sectionElement } from '../section.ts';
import { wordsIn } from '../words.ts';
import { WORDS } from './quality-words.ts';
import { type Counts, countsElement, rowsElement } from './quarantine.ts';
import { sourcesElement, stoppedElement } from './source-states.ts';

/** Refused rows at first; one press shows more, up to what the API gives at once. */
const FIRST = 10;
const MOST = 500;

/** How good the data are, what waits for a decision, what was refused, and what became of every row. */
export const page: Page = {
  title: ({ words }) => words.qualityTitle,
  styles: ['/pages/quality.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const { words: shared, language } = frame.view;
  const words = wordsIn(WORDS, language);
  const measured = sectionElement({
    ...{ id: 'quality', title: shared.qualityTitle, subtitle: shared.qualitySubtitle },
    level: 1,
  });
  const sources = sectionElement({
    ...{ id: 'sources', title: words.sourcesTitle, subtitle: words.sourcesSubtitle },
    workflows: 'releaseSource',
  });
  const stopped = sectionElement({ id: 'stopped', title: words.heldTitle, subtitle: words.heldSubtitle });
  const refused = sectionElement({
    ...{ id: 'quarantine', title: words.quarantineTitle, subtitle: words.quarantineSubtitle },
    workflows: 'replayQuarantine',
  });
  const ledger = sectionElement({
    ...{ id: 'files', title: shared.filesTitle, subtitle: shared.filesSubtitle },
    workflows: 'ingestFiles',
  });
  const counts = element('div');
  const rows = element('div');
  const below = element('div');
  refused.body.append(counts, rows, below);
  place.append(measured.section, sources.section, stopped.section, refused.section, ledger.section);

  let quality: Quality | null = null;
  let states: SourceStates | null = null;
  let held: Files | null = null;
  let unreadable: Files | null = null;
  let counted: Counts | null = null;
  let quarantine: Quarantine | null = null;
  let files: Files | null = null;
  let asked = '';

  const limit = (): number => Math.min(MOST, Math.max(FIRST, Number(frame.query.get('n')) || FIRST));
  function address(): string {
    const query = new URLSearchParams({ limit: String(limit()) });
    const code = frame.query.get('code');
    const file = frame.query.get('file');
    if (code) query.set('code', code);
    if (file && /^[0-9a-f]{64}$/.test(file)) query.set('sha256', file);
    return `/v1/quarantine?${query}`;
  }
  const refresh = () => {
    for (const reader of readers) reader.refresh();
  };
  const draw = () => {
    if (quality) drawQuality(frame.view, quality);
    if (states) redraw(sources.body, states, () => [sourcesElement(frame, states!, refresh)]);
    if (held && unreadable) {
      const items = [...held.items, ...unreadable.items];
      redraw(stopped.body, items, () => [stoppedElement(frame, items)]);
    }
    if (counted) {
      const { items } = counted;
      const chosen = [frame.query.get('code'), frame.query.get('file')];
      redraw(counts, [items, chosen], () => [items.length > 0 && countsElement(frame, counted!)]);
    }
    if (quarantine) drawRows(quarantine);
    if (files) drawFiles(frame.view, files);
  };

  function drawRows(known: Quarantine): void {
    redraw(rows, known.items, () => [rowsElement(frame, known)]);
    const next = known.next === null ? null : limit() < MOST ? 'more' : 'too many';
    redraw(below, next, () => [
      next === 'more' &&
        element(
          'button',
          {
            type: 'button',
            class: 'more',
            click: () => frame.setQuery({ n: String(Math.min(MOST, limit() * 5)) }),
          },
          words.more,
        ),
      next === 'too many' && element('p', { class: 'muted' }, words.tooMany(MOST)),
    ]);
  }

  const rowsReader = frame.read<Quarantine>({
    address() {
      asked = address();
      return asked;
    },
    topics: ['runs'],
    place: rows,
    onAnswer(answer) {
      quarantine = answer;
      draw();
    },
  });
  const readers = [
    rowsReader,
    frame.read<Quality>({
      address: () => '/v1/quality?days=30',
      topics: ['runs'],
      place: measured.body,
      onAnswer(answer) {
        quality = answer;
        draw();
      },
    }),
    frame.read<SourceStates>({
      address: () => '/v1/sources',
      topics: ['runs', 'incidents'],
      place: sources.body,
      onAnswer(answer) {
        states = answer;
        draw();
      },
    }),
    frame.read<Files>({
      address: () => '/v1/files?state=held&limit=50',
      topics: ['runs', 'incidents'],
      place: stopped.body,
      onAnswer(answer) {
        held = answer;
        draw();
      },
    }),
    frame.read<Files>({
      address: () => '/v1/files?state=refused&limit=20',
      topics: ['runs'],
      onAnswer(answer) {
        unreadable = answer;
        draw();
      },
    }),
    frame.read<Counts>({
      address: () => '/v1/quarantine/counts?limit=50',
      topics: ['runs'],
      onAnswer(answer) {
        counted = answer;
        draw();
      },
    }),
    frame.read<Files>({
      address: () => '/v1/files?limit=50',
      topics: ['runs'],
      place: ledger.body,
      onAnswer(answer) {
        files = answer;
        draw();
      },
    }),
  ];
  return {
    update() {
      if (asked !== address()) rowsReader.refresh();
      draw();
    },
  };
}
