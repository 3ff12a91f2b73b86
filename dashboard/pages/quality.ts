import type { Files, Quality } from '../../api/contract.ts';
import { drawFiles } from '../files.ts';
import type { Frame, MountedPage, Page } from '../page.ts';
import { drawQuality } from '../quality.ts';
import { sectionElement } from '../section.ts';

/** How good the data are, and what became of every row. */
export const page: Page = {
  title: ({ words }) => words.qualityTitle,
  styles: ['/pages/quality.css'],
  mount,
};

function mount(place: HTMLElement, frame: Frame): MountedPage {
  const { words } = frame.view;
  const measured = sectionElement({
    id: 'quality',
    title: words.qualityTitle,
    subtitle: words.qualitySubtitle,
    workflows: 'replayQuarantine',
    level: 1,
  });
  const ledger = sectionElement({
    id: 'files',
    title: words.filesTitle,
    subtitle: words.filesSubtitle,
    workflows: 'ingestFiles',
  });
  place.append(measured.section, ledger.section);
  let quality: Quality | null = null;
  let files: Files | null = null;
  const draw = () => {
    if (quality) drawQuality(frame.view, quality);
    if (files) drawFiles(frame.view, files);
  };
  frame.read<Quality>({
    address: () => '/v1/quality?days=30',
    topics: ['runs'],
    place: measured.body,
    onAnswer(answer) {
      quality = answer;
      draw();
    },
  });
  frame.read<Files>({
    address: () => '/v1/files?limit=50',
    topics: ['runs'],
    place: ledger.body,
    onAnswer(answer) {
      files = answer;
      draw();
    },
  });
  return { update: draw };
}
