import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import PostalMime from 'postal-mime';
import type { Mail } from '../contract/notifications.ts';

/** Our own messages are a few kilobytes; whatever is larger is cut, not read into memory. */
const LARGEST_MAIL_BYTES = 1_000_000;
const LONGEST_TEXT_CHARACTERS = 20_000;

async function readMail(folder: string, name: string): Promise<Mail> {
  const email = await PostalMime.parse(await readFile(path.join(folder, name)));
  const to = (email.to ?? []).map((address) => address.address ?? address.name);
  return {
    id: name,
    subject: email.subject ?? '',
    from: email.from?.address ?? email.from?.name ?? '',
    to,
    date: email.date && !Number.isNaN(Date.parse(email.date)) ? new Date(email.date).toISOString() : null,
    text: (email.text ?? '').slice(0, LONGEST_TEXT_CHARACTERS),
  };
}

/** `fallback` when a file or folder is not there (any more): the sink may make or remove it at any moment. */
async function unlessMissing<T>(reading: Promise<T>, fallback: T): Promise<T> {
  return reading.catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return fallback;
    throw error;
  });
}

/** The newest `.eml` files of a folder, newest first. A folder that is not there holds no mail yet. */
export async function readMailbox(folder: string, limit: number): Promise<Mail[]> {
  const files: { name: string; modifiedAtMs: number }[] = [];
  for (const name of await unlessMissing(readdir(folder), [])) {
    if (!name.endsWith('.eml')) continue;
    const entry = await unlessMissing(stat(path.join(folder, name)), null);
    if (entry?.isFile() && entry.size <= LARGEST_MAIL_BYTES)
      files.push({ name, modifiedAtMs: entry.mtimeMs });
  }
  files.sort((a, b) => b.modifiedAtMs - a.modifiedAtMs || (a.name < b.name ? 1 : -1));
  const newest = files.slice(0, limit);
  const mails = await Promise.all(newest.map(({ name }) => unlessMissing(readMail(folder, name), null)));
  return mails.filter((mail) => mail !== null);
}
