import { postJson } from './http-post.ts';
import type { Outgoing } from './outgoing.ts';
import { MessageRefused, ReceiverBusy } from './receiver-answer.ts';

/**
 * Posts a card to a Teams workflow "when a webhook request is received".
 *
 * @returns what Teams answered.
 */
export async function sendToTeams(
  outgoing: Outgoing,
  url: string,
  card: unknown,
  timeoutMs?: number,
): Promise<string> {
  const answer = await postJson(outgoing, {
    url,
    body: JSON.stringify(card),
    ...(timeoutMs && { timeoutMs }),
  });
  // The old connectors accept with 200 and say in the body that it went wrong.
  const failed = /returned HTTP error (\d{3})/i.exec(answer);
  if (failed === null) return answer;
  const status = Number(failed[1]);
  if (status >= 500 || [408, 425, 429].includes(status)) throw new ReceiverBusy(answer);
  throw new MessageRefused(answer);
}
