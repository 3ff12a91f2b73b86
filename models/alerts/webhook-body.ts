import type { Content } from './content.ts';
import { plainText } from './mail-body.ts';

/**
 * A message for a program, in the shape that https://www.standardwebhooks.com describes: `type`, `timestamp`, `data`.
 *
 * @param writtenAt when it was put in the outbox, ISO 8601; the same for every try.
 */
export const webhookBody = (content: Content, id: string, writtenAt: string): Record<string, unknown> => ({
  type: content.type,
  timestamp: writtenAt,
  data: {
    id,
    language: content.language,
    subject: content.subject,
    text: plainText(content),
    ...content.data,
  },
});
