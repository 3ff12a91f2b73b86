import { element } from '../element.ts';
import { type Language, wordsIn } from '../words.ts';

const WORDS = {
  earlier: ['Earlier', 'Plus tôt'],
  later: ['Later', 'Plus tard'],
  closer: ['Closer', 'Plus près'],
  wider: ['Wider', 'Plus large'],
  all: ['All', 'Tout'],
  hint: [
    'Arrows: from one to the next. Shift and arrows: earlier, later. + and −: closer, wider. 0: all.',
    'Flèches : de l’un à l’autre. Maj et flèches : plus tôt, plus tard. + et − : plus près, plus large. 0 : tout.',
  ],
} as const;

export type ChartMove = 'earlier' | 'later' | 'closer' | 'wider' | 'all';

const SIGNS: Record<ChartMove, string> = { earlier: '←', later: '→', closer: '+', wider: '−', all: '⤢' };

export interface ChartFrame {
  box: HTMLElement;
  /** What takes the focus, the pointer and the keys. */
  surface: HTMLElement;
  /** Shows text beside a place of the surface and reads it aloud when `isSpoken`; null takes it away. */
  tell(lines: readonly string[] | null, at?: { x: number; y: number }, isSpoken?: boolean): void;
}

/** What stands around a canvas: buttons, a focusable surface with its keys told, a tip, and what is read aloud. */
export function createChartFrame(
  language: Language,
  label: string,
  canvas: HTMLCanvasElement,
  onMove: (move: ChartMove) => void,
): ChartFrame {
  const words = wordsIn(WORDS, language);
  const tip = element('div', { class: 'tip', hidden: true });
  const spoken = element('p', { class: 'spoken', 'aria-live': 'polite' });
  const surface = element(
    'div',
    {
      class: 'chart-surface',
      tabindex: 0,
      role: 'application',
      'aria-label': label,
      'aria-description': words.hint,
    },
    canvas,
    tip,
  );
  const buttons = (Object.keys(SIGNS) as ChartMove[]).map((move) =>
    element(
      'button',
      { type: 'button', 'aria-label': words[move], title: words[move], click: () => onMove(move) },
      SIGNS[move],
    ),
  );
  const box = element(
    'div',
    { class: 'chart' },
    element('div', { class: 'chart-buttons', role: 'group', 'aria-label': label }, ...buttons),
    surface,
    spoken,
  );
  return {
    box,
    surface,
    tell(lines, at = { x: 0, y: 0 }, isSpoken = false) {
      tip.hidden = lines === null;
      if (lines === null) return;
      tip.replaceChildren(...lines.map((line) => element('p', {}, line)));
      const { width } = surface.getBoundingClientRect();
      const left = at.x > width / 2 ? at.x - tip.offsetWidth - 12 : at.x + 12;
      tip.style.transform = `translate(${Math.max(0, Math.min(left, width - tip.offsetWidth))}px, ${Math.max(0, at.y - tip.offsetHeight - 10)}px)`;
      if (isSpoken) spoken.textContent = lines.join('. ');
    },
  };
}
