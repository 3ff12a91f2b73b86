import { postJson } from './http-post.ts';
import type { Outgoing } from './outgoing.ts';

/**
 * Posts blocks to an incoming webhook of Slack.
 *
 * @returns what Slack answered.
 */
export const sendToSlack = (
  outgoing: Outgoing,
  url: string,
  message: unknown,
  timeoutMs?: number,
): Promise<string> =>
  postJson(outgoing, { url, body: JSON.stringify(message), ...(timeoutMs && { timeoutMs }) });
