import { followLogin } from './me.ts';

/** Bursts of changes (a batch of files) are read again at most this often. */
const LEAST_PAUSE_MS = 700;
const RETRY_MS = 5_000;

export interface Reader {
  /** Reads again soon. Asked many times while reading, it reads once more. */
  refresh(): void;
  /** Drops what is under way and never reads again. */
  close(): void;
}

interface ReaderOptions<Answer> {
  address: () => string;
  onAnswer: (answer: Answer, address: string) => void;
  /** `status` 0: no answer at all. Reading is tried again by itself, except where the server says it is in vain (4xx). */
  onError: (status: number) => void;
}

const isInVain = (status: number): boolean =>
  status >= 400 && status < 500 && status !== 408 && status !== 429;

/** Reads one address of the API whenever asked, one request at a time. */
export function createReader<Answer>({ address, onAnswer, onError }: ReaderOptions<Answer>): Reader {
  let state: 'idle' | 'reading' | 'resting' | 'retrying' | 'closed' = 'idle';
  let asked = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const closing = new AbortController();

  const fetchAnswer = async (): Promise<number> => {
    const from = address();
    try {
      const response = await fetch(from, {
        headers: { accept: 'application/json' },
        signal: closing.signal,
      });
      followLogin(response);
      const answer = response.ok ? ((await response.json()) as Answer) : null;
      if (closing.signal.aborted) return response.status;
      if (answer !== null) onAnswer(answer, from);
      else onError(response.status);
      return response.status;
    } catch {
      if (!closing.signal.aborted) onError(0);
      return 0;
    }
  };
  const read = async () => {
    clearTimeout(timer);
    state = 'reading';
    asked = false;
    const status = await fetchAnswer();
    if (closing.signal.aborted) return;
    const settled = (status >= 200 && status < 300) || isInVain(status);
    state = settled ? 'resting' : 'retrying';
    timer = setTimeout(
      () => {
        const more = asked || state === 'retrying';
        state = 'idle';
        if (more) void read();
      },
      settled ? LEAST_PAUSE_MS : RETRY_MS,
    );
  };
  return {
    refresh() {
      if (state === 'idle' || state === 'retrying') void read();
      else if (state !== 'closed') asked = true;
    },
    close() {
      state = 'closed';
      clearTimeout(timer);
      closing.abort();
    },
  };
}
