import { followLogin } from './me.ts';

/** What came of asking for a change, as a sentence. */
export interface Posted {
  ok: boolean;
  /** Whether it was decided upon: asked again with the same key, the same is answered. */
  decided: boolean;
  sentence: string;
  /** The workflow that does it, where the answer names one. */
  workflowId: string | null;
}

/** Letters that no other request has; `crypto.randomUUID` is only there over HTTPS. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Asks the API for a change. The same key with the same body asks once, however often it is sent.
 *
 * @param failed what to say when nobody answers
 */
export async function postJson(
  address: string,
  body: object,
  key: string,
  failed: string,
  method: 'POST' | 'PUT' | 'DELETE' = 'POST',
): Promise<Posted> {
  try {
    const response = await fetch(address, {
      method,
      headers: {
        'content-type': 'application/json',
        'idempotency-key': key,
        // That of the page, which need not be the browser's.
        'accept-language': document.documentElement.lang,
      },
      body: JSON.stringify(body),
    });
    followLogin(response);
    const text = await response.text();
    const answer = (text === '' ? {} : JSON.parse(text)) as {
      said?: string;
      detail?: string;
      workflowId?: string;
    };
    return {
      ok: response.ok,
      decided: response.status < 500,
      sentence: answer.said ?? answer.detail ?? (response.ok ? '' : failed),
      workflowId: answer.workflowId ?? null,
    };
  } catch {
    return { ok: false, decided: false, sentence: failed, workflowId: null };
  }
}
