import { createHash } from 'node:crypto';

/** The id of a message from words that are the same whenever the same thing is told to the same channel. */
export const noticeId = (told: string): string =>
  createHash('sha256').update(told).digest('hex').slice(0, 32);
