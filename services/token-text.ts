/** Tokens and cookies as they are handed out: random, and kept only as their hash. */
import { createHash, randomBytes } from 'node:crypto';

const TOKEN = /^setl_([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{6})$/;

/** What is kept of a token or a cookie. Of 256 random bits a fast hash tells nothing. */
export const secretHash = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** 256 random bits in 43 letters. */
export const randomSecret = (): string => randomBytes(32).toString('base64url');

/**
 * A new API token: a prefix by which programs that look for leaked secrets know it, 256 random bits, and a checksum
 * by which a mistyped one is known without asking the database.
 */
export function newToken(): string {
  const secret = randomSecret();
  return `setl_${secret}${checksum(secret)}`;
}

/** Whether it is written like one of our tokens, checksum included. */
export function isTokenText(text: string): boolean {
  const [, secret, sum] = TOKEN.exec(text) ?? [];
  return secret !== undefined && checksum(secret) === sum;
}

const checksum = (secret: string): string =>
  createHash('sha256').update(`setl_${secret}`).digest('base64url').slice(0, 6);
