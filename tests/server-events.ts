export interface ServerEvent {
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever the server says
  data: any;
  /** null: it brought none. */
  id: string | null;
}

export interface EventReader {
  headers: Headers;
  seen: ServerEvent[];
  /** The next event of a kind that was not returned before; rejects when the stream ends first. */
  next(event: string, matches?: (data: ServerEvent['data']) => boolean): Promise<ServerEvent>;
  close(): void;
}

/** Opens the API's stream and reads its events, as a browser's EventSource would. */
export async function openEvents(apiUrl: string, headers: Record<string, string> = {}): Promise<EventReader> {
  const controller = new AbortController();
  const response = await fetch(`${apiUrl}/v1/stream`, { headers, signal: controller.signal });
  if (!response.body || response.status !== 200) throw new Error(`the stream answered ${response.status}`);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const seen: ServerEvent[] = [];
  let read = 0;
  let text = '';

  const readMore = async (): Promise<void> => {
    const { done, value } = await reader.read();
    if (done) throw new Error('the stream ended');
    text += value;
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
      );
      text = text.slice(end + 2);
      if (fields.has('event'))
        seen.push({
          event: fields.get('event')!,
          data: JSON.parse(fields.get('data')!),
          id: fields.get('id') ?? null,
        });
    }
  };
  return {
    headers: response.headers,
    seen,
    async next(event, matches = () => true) {
      for (;;) {
        while (read < seen.length) {
          const candidate = seen[read++]!;
          if (candidate.event === event && matches(candidate.data)) return candidate;
        }
        await readMore();
      }
    },
    close: () => controller.abort(),
  };
}
