import { createHmac } from 'node:crypto';
import { postJson } from './http-post.ts';
import type { Outgoing } from './outgoing.ts';

export interface WebhookTarget {
  url: string;
  /** `whsec_` and the key in base64. */
  secret: string;
}

/**
 * The signature of Standard Webhooks, https://github.com/standard-webhooks/standard-webhooks (spec, "Signature
 * scheme"): `v1,` and HMAC-SHA-256 over id, time in seconds and body, in base64.
 */
export function signWebhook(secret: string, id: string, timestampSeconds: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const digest = createHmac('sha256', key).update(`${id}.${timestampSeconds}.${body}`).digest('base64');
  return `v1,${digest}`;
}

/**
 * Posts a signed message. A message that is sent again has the same id and a time of its own.
 *
 * @returns what the receiver answered.
 */
export function sendToWebhook(
  outgoing: Outgoing,
  { url, secret }: WebhookTarget,
  id: string,
  message: unknown,
  nowMs: number,
  timeoutMs?: number,
): Promise<string> {
  const body = JSON.stringify(message);
  const seconds = Math.floor(nowMs / 1_000);
  return postJson(outgoing, {
    url,
    body,
    headers: {
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signWebhook(secret, id, seconds, body),
    },
    secrets: [secret, secret.replace(/^whsec_/, '')],
    ...(timeoutMs && { timeoutMs }),
  });
}
