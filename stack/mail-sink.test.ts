import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import nodemailer from 'nodemailer';
import PostalMime from 'postal-mime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type MailSink, mailFileName, startMailSink } from './mail-sink.ts';
import { freePort } from './ports.ts';

let home = '';
let sink: MailSink;

beforeEach(async () => {
  home = mkdtempSync(path.join(tmpdir(), 'smart-etl-mail-'));
  sink = await startMailSink({ home, port: await freePort() });
});
afterEach(async () => {
  await sink.stop();
  rmSync(home, { recursive: true });
});

test('a message arrives as one file that a mail program reads', async () => {
  await nodemailer.createTransport(sink.url).sendMail({
    from: 'Smart ETL <smart-etl@localhost>',
    to: 'data-team@localhost',
    subject: 'Prévision de la semaine 10 : « load-orders » très à risque, et d’autres encore',
    text: 'Bonjour,\n.\nfin',
  });
  const files = readdirSync(sink.folder);
  expect(files).toEqual([
    expect.stringMatching(
      /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z-prevision-de-la-semaine-10-load-orders-tres-a-risque-[a-z0-9-]*-?[0-9a-f]{8}\.eml$/,
    ),
  ]);
  const message = await PostalMime.parse(readFileSync(path.join(sink.folder, files[0]!)));
  expect(message.subject).toBe(
    'Prévision de la semaine 10 : « load-orders » très à risque, et d’autres encore',
  );
  expect(message.text?.replace(/\r\n/g, '\n').trim()).toBe('Bonjour,\n.\nfin');
});

test('a message that is too large is refused and leaves no file', async () => {
  const sending = nodemailer.createTransport(sink.url).sendMail({
    from: 'a@localhost',
    to: 'b@localhost',
    subject: 'large',
    attachments: [{ filename: 'large.bin', content: Buffer.alloc(20 * 1024 * 1024) }],
  });
  await expect(sending).rejects.toThrow(/552|size|exceeds/i);
  expect(readdirSync(sink.folder)).toEqual([]);
});

test('file names hold nothing of the message but letters and digits', () => {
  const name = (subject: string) => mailFileName(Buffer.from(`${subject}\r\n\r\nx`), new Date(0));
  expect(name('Subject: ../../etc/passwd\u0000')).toMatch(
    /^1970-01-01T00-00-00\.000Z-etc-passwd-[0-9a-f]{8}\.eml$/,
  );
  expect(name('From: x')).toMatch(/^1970-01-01T00-00-00\.000Z-no-subject-[0-9a-f]{8}\.eml$/);
  expect(name(`Subject: ${'é'.repeat(500)}`).length).toBeLessThan(110);
});
