import { postJson } from './http-post.ts';

/**
 * Posts blocks to an incoming webhook of Slack.
 *
 * @returns what Slack answered.
 */
export const sendToSlack = (url: string, message: unknown, timeoutMs?: number): Promise<string> =>
  postJson({ url, body: JSON.stringify(message), ...(timeoutMs && { timeoutMs }) });
