import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mailSchema } from '../contract/notifications.ts';
import { readMailbox } from './mailbox.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-mailbox-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** As nodemailer writes them: encoded words in the head, quoted-printable in the body. */
const FRENCH = `From: Smart ETL <smart-etl@localhost>
To: data-team@localhost, chef@localhost
Subject: =?UTF-8?Q?Traitement_en_=C3=A9chec?=
Date: Mon, 02 Mar 2026 06:00:00 +0100
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Il a =C3=A9chou=C3=A9 :
<b>ORA-01653</b>
`;

const put = (name: string, text: string, seconds: number) => {
  writeFileSync(path.join(folder, name), text);
  utimesSync(path.join(folder, name), seconds, seconds);
};

test('messages are read with their accents, the newest first', async () => {
  put('1.eml', FRENCH, 1_000);
  put('2.eml', FRENCH.replace('06:00:00', '07:00:00'), 2_000);
  const mails = await readMailbox(folder, 10);
  expect(mails.map((mail) => mail.id)).toEqual(['2.eml', '1.eml']);
  expect(mails[1]).toEqual({
    id: '1.eml',
    subject: 'Traitement en échec',
    from: 'smart-etl@localhost',
    to: ['data-team@localhost', 'chef@localhost'],
    date: '2026-03-02T05:00:00.000Z',
    text: 'Il a échoué :\n<b>ORA-01653</b>\n',
  });
  expect((await readMailbox(folder, 1)).map((mail) => mail.id)).toEqual(['2.eml']);
});

test('what is no message does no harm', async () => {
  put('empty.eml', '', 1_000);
  put('noise.eml', '\u0000\u0001\u0002', 2_000);
  put('still-written.eml.new', FRENCH, 3_000);
  put('large.eml', 'x'.repeat(1_000_001), 4_000);
  const mails = await readMailbox(folder, 10);
  expect(mails.map((mail) => mail.id)).toEqual(['noise.eml', 'empty.eml']);
  for (const mail of mails) mailSchema.parse(mail);
});

test('a folder that is not there yet holds no mail', async () => {
  expect(await readMailbox(path.join(folder, 'later'), 10)).toEqual([]);
});
