import type { ChangeTopic } from '../api/contract/system.ts';

interface LiveOptions {
  onChange: (topic: ChangeTopic) => void;
  /** After every (re)connection: what happened meanwhile is unknown. */
  onOpen: () => void;
  onLost: () => void;
  onDatabase: (reachable: boolean) => void;
}

const RETRY_MS = 4_000;

/** Follows the server's events. The browser reconnects by itself, except after an error answer: then we do. */
export function followChanges(options: LiveOptions): void {
  const source = new EventSource('/v1/stream');
  source.addEventListener('open', options.onOpen);
  source.addEventListener('change', (event) =>
    options.onChange((JSON.parse(event.data) as { topic: ChangeTopic }).topic),
  );
  source.addEventListener('database', (event) =>
    options.onDatabase((JSON.parse(event.data) as { reachable: boolean }).reachable),
  );
  source.addEventListener('reset', options.onOpen);
  source.addEventListener('error', () => {
    options.onLost();
    if (source.readyState !== EventSource.CLOSED) return;
    source.close();
    setTimeout(() => followChanges(options), RETRY_MS);
  });
}
