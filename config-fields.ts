/** Fields that settings of several subjects are made of; for config.ts and the files beside it only. */
import { z } from 'zod';

export const url = (protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    message: `a URL starting with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== undefined;
  } catch {
    return false;
  }
};

export const timeZone = z.string().refine(isTimeZone, { message: 'an IANA time zone such as Europe/Paris' });
