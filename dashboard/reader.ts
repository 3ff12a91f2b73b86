/** Bursts of changes (a batch of files) are read again at most this often. */
const LEAST_PAUSE_MS = 700;
const RETRY_MS = 5_000;

export interface Reader {
  /** Reads again soon. Asked many times while reading, it reads once more. */
  refresh(): void;
}

interface ReaderOptions<Answer> {
  address: () => string;
  onAnswer: (answer: Answer) => void;
  /** `status` 0: no answer at all. Reading is tried again by itself. */
  onError: (status: number) => void;
}

/** Reads one address of the API whenever asked, one request at a time. */
export function createReader<Answer>({ address, onAnswer, onError }: ReaderOptions<Answer>): Reader {
  let state: 'idle' | 'reading' | 'resting' | 'retrying' = 'idle';
  let asked = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const fetchAnswer = async (): Promise<boolean> => {
    try {
      const response = await fetch(address(), { headers: { accept: 'application/json' } });
      if (response.ok) onAnswer((await response.json()) as Answer);
      else onError(response.status);
      return response.ok;
    } catch {
      onError(0);
      return false;
    }
  };
  const read = async () => {
    clearTimeout(timer);
    state = 'reading';
    asked = false;
    const answered = await fetchAnswer();
    state = answered ? 'resting' : 'retrying';
    timer = setTimeout(
      () => {
        const more = asked || state === 'retrying';
        state = 'idle';
        if (more) void read();
      },
      answered ? LEAST_PAUSE_MS : RETRY_MS,
    );
  };
  return {
    refresh() {
      if (state === 'idle' || state === 'retrying') void read();
      else asked = true;
    },
  };
}
