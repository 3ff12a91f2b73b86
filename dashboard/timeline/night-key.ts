import { element, svg } from '../element.ts';
import type { NightWords } from './night-words.ts';

/** What the shapes mean. */
export function nightKey(words: NightWords): HTMLElement {
  const box = (className: string) => svg('rect', { class: className, x: 1, y: 2, width: 24, height: 12 });
  const entry = (text: string, ...shapes: SVGElement[]) =>
    element(
      'li',
      {},
      svg('svg', { viewBox: '0 0 26 16', 'aria-hidden': 'true' }, ...shapes) as unknown as Node,
      text,
    );
  const after = svg('rect', { class: 'key-usual', x: 14, y: 2, width: 11, height: 12 });
  const begun = svg('rect', { class: 'key-running', x: 1, y: 2, width: 13, height: 12 });
  const line = svg('path', { class: 'key-chain', d: 'M1 4C14 4 10 12 24 12M19 9l5 3l-5 3' });
  return element(
    'ul',
    { class: 'key', role: 'list' },
    entry(words.keyRun, box('key-succeeded')),
    entry(words.keyFailed, box('key-failed'), svg('path', { class: 'key-failed', d: 'M8 -2h10l-5 6z' })),
    entry(words.keyRunning, begun, after),
    entry(words.keyDue, box('key-due')),
    entry(words.keyMissing, box('key-missing')),
    entry(words.keyChain, line),
  );
}
