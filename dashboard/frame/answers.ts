import type { ChangeTopic } from '../../api/contract/system.ts';
import { element } from '../element.ts';
import type { Source } from '../page.ts';
import { createReader, type Reader } from '../reader.ts';
import type { Words } from '../words.ts';

/** Answers kept for pages that are gone back to, the latest addresses only. */
const MOST_KEPT = 40;
/** Whoever reads `Reading…` for less than this only sees it flicker. */
const SILENT_MS = 250;

interface AnswersOptions {
  words: () => Words;
  onAnswer: () => void;
  onError: (status: number) => void;
}

export interface Answers {
  read<Answer>(source: Source<Answer>): Reader;
  /** Reads again what one of these topics changes; all of it without topics. */
  refresh(topic?: ChangeTopic): void;
  /** Ends every reading. */
  close(): void;
}

const kept = new Map<string, unknown>();

/** Reads what one page asks for. */
export function createAnswers(options: AnswersOptions): Answers {
  const readings = new Set<{ topics: readonly ChangeTopic[]; reader: Reader }>();
  const timers = new Set<ReturnType<typeof setTimeout>>();

  function read<Answer>({ address, topics, onAnswer, place }: Source<Answer>): Reader {
    let answered = false;
    const take = (answer: Answer) => {
      if (!answered) place?.replaceChildren();
      answered = true;
      place?.removeAttribute('aria-busy');
      onAnswer(answer);
    };
    const say = (className: string, text: string) => {
      if (!answered) place?.replaceChildren(element('p', { class: className }, text));
    };
    const reader = createReader<Answer>({
      address,
      onAnswer(answer, from) {
        keep(from, answer);
        options.onAnswer();
        take(answer);
      },
      onError(status) {
        options.onError(status);
        const { words } = options;
        say('empty', status === 404 ? words().notThere : words().sectionUnreadable);
      },
    });
    const known = kept.get(address());
    if (known === undefined) {
      place?.setAttribute('aria-busy', 'true');
      timers.add(
        setTimeout(() => place?.hasChildNodes() || say('empty', options.words().loading), SILENT_MS),
      );
    } else {
      // The page has yet to hand over how it draws.
      queueMicrotask(() => take(known as Answer));
    }
    const reading = { topics, reader };
    readings.add(reading);
    reader.refresh();
    return {
      refresh: () => reader.refresh(),
      close() {
        reader.close();
        readings.delete(reading);
      },
    };
  }

  return {
    read,
    refresh(topic) {
      for (const { topics, reader } of readings) {
        if (topic === undefined || topics.includes(topic)) reader.refresh();
      }
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      for (const { reader } of readings) reader.close();
      readings.clear();
    },
  };
}

function keep(address: string, answer: unknown): void {
  kept.delete(address);
  kept.set(address, answer);
  if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
}
