import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRunCleaner } from './clean-runs.ts';
import { createCsvReader } from './csv-reader.ts';
import { detectDialect, type TableDialect } from './dialect.ts';
import { inspectMetricFile, inspectRunFile } from './inspect-file.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'));
const utf16be = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le').swap16());

function utf32(text: string, bigEndian = false): Uint8Array {
  const bytes = new Uint8Array([...text].length * 4);
  const view = new DataView(bytes.buffer);
  [...text].forEach((letter, at) => {
    view.setUint32(at * 4, letter.codePointAt(0)!, !bigEndian);
  });
  return bytes;
}

function dialectOf(bytes: Uint8Array) {
  const inspected = inspectRunFile(bytes, true);
  if ('code' in inspected) throw new Error(inspected.detail);
  return inspected.dialect;
}

function refusalOf(bytes: Uint8Array) {
  const inspected = inspectRunFile(bytes, true);
  if (!('code' in inspected)) throw new Error('was not refused');
  return inspected;
}

const SEMICOLONS = 'Traitement;Début;Statut;Durée (s);Message\nJOB, 1;31/01/2025 08:00;Terminé;12,5;a, b\n';

describe('detected', () => {
  test.each([
    [',', 'job,start,status\nA;1,2025-01-31,ok\n'],
    [';', 'job;start;status\nA,1,2;2025-01-31;ok\n'],
    ['\t', 'job\tstart\tstatus\nA,1,2\t2025-01-31\tok\n'],
    ['|', 'job|start|status\nA,1,2|2025-01-31|ok\n'],
  ])('delimiter %j', (delimiter, text) => {
    expect(dialectOf(utf8(text))).toMatchObject({ delimiter, quote: '"', lineEnding: 'lf', headerOffset: 0 });
  });

  test.each([
    ['utf-8', utf8(SEMICOLONS)],
    ['utf-8', utf8(`\ufeff${SEMICOLONS}`)],
    ['windows-1252', latin(SEMICOLONS)],
    ['utf-16le', utf16(`\ufeff${SEMICOLONS}`)],
    ['utf-16be', utf16be(`\ufeff${SEMICOLONS}`)],
    ['utf-16le', utf16(SEMICOLONS)],
    ['utf-16be', utf16be(SEMICOLONS)],
    ['utf-32le', utf32(`\ufeff${SEMICOLONS}`)],
    ['utf-32be', utf32(`\ufeff${SEMICOLONS}`, true)],
    ['utf-32le', utf32(SEMICOLONS)],
    ['utf-32be', utf32(SEMICOLONS, true)],
  ])('%s, and the same table in each', (encoding, bytes) => {
    expect(dialectOf(bytes)).toMatchObject({
      encoding,
      delimiter: ';',
      decimalMark: ',',
      header: ['Traitement', 'Début', 'Statut', 'Durée (s)', 'Message'],
    });
  });

  test('a UTF-8 file to which a windows-1252 program appended stays UTF-8', () => {
    const bytes = new Uint8Array([...utf8(SEMICOLONS), ...latin('É;31/01/2025 08:00;OK;1;\n')]);
    expect(dialectOf(bytes).encoding).toBe('utf-8');
  });

  test.each([
    ['iso-8859-15', [0x63, 0xbd, 0x75, 0x72], 'cœur'],
    ['iso-8859-15', [0x31, 0x32, 0x20, 0xa4], '12 €'],
    ['windows-1252', [0x31, 0xbd], '1½'],
    ['windows-1252', [0x63, 0xbd, 0x75, 0x72, 0x20, 0x80], 'c½ur €'],
    ['windows-1252', [0xe9, 0x74, 0xe9], 'été'],
  ])('%s by its letters: %j', (encoding, letters, text) => {
    const bytes = new Uint8Array([...latin(SEMICOLONS), ...letters, ...latin(';31/01/2025 08:00;OK;1;\n')]);
    const { dialect } = inspectRunFile(bytes, true) as { dialect: TableDialect };
    expect(dialect.encoding).toBe(encoding);
    const reader = createCsvReader({ dialect });
    expect([...reader.push(bytes), ...reader.end()][2]!.fields[0]).toBe(text);
  });

  test('wide encodings without a mark, of another script', () => {
    const text = 'job;start;status\nЗагрузкаЗаказовЗаВчера;2025-01-31;ok\n'.replace('job', 'job;Примечание');
    expect(dialectOf(utf16(text)).encoding).toBe('utf-16le');
    expect(dialectOf(utf16be(text)).encoding).toBe('utf-16be');
    expect(dialectOf(utf32(text)).encoding).toBe('utf-32le');
    expect(dialectOf(utf32(text, true)).encoding).toBe('utf-32be');
  });

  test('a zero byte in a small file is damage, no encoding', () => {
    expect(dialectOf(utf8('job,start,status\n\0,2025-01-31,ok\n')).encoding).toBe('utf-8');
    expect(detectDialect(utf8('a,b,c\n\0,2,3\n'), { complete: true })).toMatchObject({
      dialect: { encoding: 'utf-8' },
    });
  });

  test('one line of noise does not change the encoding', () => {
    const noise = Uint8Array.from({ length: 200 }, (_, k) => 128 + (k % 100));
    expect(dialectOf(new Uint8Array([...utf8(SEMICOLONS), ...noise, 10])).encoding).toBe('utf-8');
  });

  test('a first line that names the delimiter', () => {
    const text = 'job;a,b,c,d;start;status\nA;1,2,3,4;2025-01-31;ok\n';
    const inspected = inspectRunFile(utf8(`sep=;\r\n${text}`), true);
    expect(inspected).toMatchObject({
      dialect: { delimiter: ';', headerOffset: 7 },
      evidence: { delimiterLine: true, candidates: { length: 1 } },
    });
    expect(dialectOf(utf16(`\ufeffsep=|\njob|start|status\n`)).delimiter).toBe('|');
  });

  test.each([
    ['day-first', ['01/02/2025', '13/02/2025', '02/02/2025']],
    ['month-first', ['01/02/2025', '01/13/2025', '01/31/2025']],
    ['month-first', ['01/02/2025', '01/03/2025', '01/04/2025', '01/05/2025']],
    ['day-first', ['01/02/2025', '02/02/2025', '03/02/2025']],
    ['day-first', ['01/02/2025', '01/03/2025']],
    ['day-first', ['2025-01-31', '2025-02-13']],
  ])('dates are %s: %j', (dateOrder, dates) => {
    const text = dates.map((date) => `A;${date} 08:00;ok\n`).join('');
    expect(dialectOf(utf8(`job;start;status\n${text}`)).dateOrder).toBe(dateOrder);
  });

  test('any table by its shape, when no column is known', () => {
    const detected = detectDialect(utf8('about colours\n\ncolour;size, in mm\nred;1,5\nblue;2,5\n'), {
      complete: true,
    });
    expect(detected).toMatchObject({
      dialect: { delimiter: ';', header: ['colour', 'size, in mm'], headerOffset: 15, decimalMark: ',' },
    });
  });

  test('line ends of old Macs, apostrophes as quotes', () => {
    expect(dialectOf(utf8('job,start,status\rA,2025-01-31,ok\r')).lineEnding).toBe('cr');
    expect(dialectOf(utf8("'job','start','status'\n'A, B','2025-01-31','ok'\n")).quote).toBe("'");
    expect(dialectOf(utf8("job,start,status,error\nl'orge,2025-01-31,ok,l'eau\n")).quote).toBe('"');
  });

  test('a header under a preamble, in original bytes', () => {
    const text = 'Export du 31/01/2025\n\njob;start;status\nA;2025-01-31;ok\n';
    expect(dialectOf(utf8(text)).headerOffset).toBe(22);
    expect(dialectOf(utf16(`\ufeff${text}`)).headerOffset).toBe(46);
  });

  test.each([
    [',', 'job;start;status;duree\nA;2025-01-31;ok;57,262\n'],
    ['.', 'job;start;status;duree\nA;2025-01-31;ok;57.262\n'],
    ['.', 'job,start,status,rows_read\nA,2025-01-31,ok,"57,262"\n'],
    ['.', 'job;start;status;duree\nA;2025-01-31;ok;57\n'],
    [',', 'job;start;status;duree\nA;2025-01-31;ok;1.057.262\n'],
    [',', 'job;start;status;duree\nA;2025-01-31;ok;1.057,2\n'],
    ['.', 'job;start;status;duree\nA;2025-01-31;ok;1,057.2\n'],
  ])('decimal mark %j', (decimalMark, text) => {
    expect(dialectOf(utf8(text)).decimalMark).toBe(decimalMark);
  });

  test('from 64 KiB of a longer file, cut inside a character', () => {
    const line = 'é;2025-01-31;ok\n';
    const bytes = utf8(`job;start;status\n${line.repeat(8000)}`);
    for (const length of [65_535, 65_536]) {
      const inspected = inspectRunFile(bytes.subarray(0, length), false);
      expect(inspected).toMatchObject({ dialect: { encoding: 'utf-8', delimiter: ';' } });
    }
  });
});

describe('refused', () => {
  test.each([
    ['nothing', '', 'empty-file', '0 bytes'],
    ['blank lines', '\ufeff\r\n  \n', 'empty-file', 'only blank lines'],
    ['JSON', '{"job": "A", "start": 1}\n', 'not-csv', 'found JSON'],
    ['a JSON array', '[\n {"job": "A"}]', 'not-csv', 'found JSON'],
    ['HTML', '<!DOCTYPE html><html><body>a, b</body></html>', 'not-csv', 'an HTML page'],
    ['XML', '<?xml version="1.0"?><runs/>', 'not-csv', 'found XML'],
    ['prose', 'hello world\nthis is text\n', 'not-csv', 'a first line of "hello world"'],
    ['another table', 'colour,size\nred,1\n', 'not-csv', 'found "colour", "size"'],
    ['no status', 'job,start,size\nA,2025-01-31,1\n', 'missing-columns', 'status'],
  ])('%s', (_, text, code, part) => {
    const refusal = refusalOf(utf8(text));
    expect(refusal.code).toBe(code);
    expect(refusal.detail).toContain(part);
    expect(refusal.detail).toContain('expected');
  });

  test('archives and binary data', () => {
    expect(refusalOf(Uint8Array.of(0x1f, 0x8b, 8, 0)).detail).toContain('gzip');
    expect(refusalOf(Uint8Array.from({ length: 500 }, (_, k) => (k * 7) % 31)).detail).toContain(
      'binary data',
    );
  });

  test('missing columns are named, and so is what was found', () => {
    expect(refusalOf(utf8('job,size\nA,1\n')).detail).toBe(
      'header: expected a column for startedAt (for example startedat, starttime, start) and ' +
        'status (for example status, state, runstatus), found "job", "size"',
    );
  });
});

test('a file of metrics has other columns', () => {
  expect(
    inspectMetricFile(utf8('Serveur;Indicateur;Horodatage;Valeur\nsrv;cpu;2025-01-31;0,5\n'), true),
  ).toMatchObject({
    dialect: { delimiter: ';', decimalMark: ',' },
    columns: { indexOf: { host: 0, metric: 1, ts: 2, value: 3 } },
  });
  expect(inspectRunFile(utf8('host,metric,ts,value\nsrv,cpu,2025-01-31,0.5\n'), true)).toMatchObject({
    code: 'missing-columns',
  });
});

test('never throws, whatever the bytes', () => {
  const text = fc
    .array(fc.constantFrom('job', 'start', 'status', ',', ';', '\n', '"', '\r', '\u0000', 'é'))
    .map((pieces) => utf8(pieces.join('')));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), text), fc.boolean(), (bytes, complete) => {
      const inspected = inspectRunFile(bytes, complete);
      expect('code' in inspected ? inspected.detail : inspected.dialect.header.join()).not.toBe('');
    }),
    { numRuns: 1000 },
  );
});

test('what is written in any encoding, delimiter and decimal mark is found and read back', () => {
  const encoders = {
    'utf-8': utf8,
    'windows-1252': latin,
    'utf-16le': utf16,
    'utf-16be': utf16be,
    'utf-32le': (text: string) => utf32(text),
    'utf-32be': (text: string) => utf32(text, true),
  };
  const job = fc.string({
    unit: fc.constantFrom('a', 'é', 'Z', '_', ',', ';', '|', '"', ' ', '\n'),
    maxLength: 8,
  });
  const row = fc.tuple(job, fc.integer({ min: 1, max: 99_999 }), fc.nat(9));
  const encoding = fc.constantFrom(...(Object.keys(encoders) as (keyof typeof encoders)[]));
  const spelling = fc.record({
    encoding,
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    decimalMark: fc.constantFrom(',', '.'),
    lineEnd: fc.constantFrom('\n', '\r\n'),
    mark: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(row, { minLength: 3, maxLength: 12 }), spelling, (rows, spelled) => {
      const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const lines = rows.map(([name, whole, part]) =>
        [quoted(`é${name}x`), '2025-01-31', 'ok', quoted(`${whole}${spelled.decimalMark}${part}`)].join(
          spelled.delimiter,
        ),
      );
      const header = ['job', 'start', 'status', 'durée'].join(spelled.delimiter);
      const mark = spelled.mark && spelled.encoding !== 'windows-1252' ? '\ufeff' : '';
      const text = [header, ...lines, ''].join(spelled.lineEnd);
      const bytes = encoders[spelled.encoding](mark + text);
      const inspected = inspectRunFile(bytes, true);
      if ('code' in inspected) throw new Error(inspected.detail);
      const { encoding: found, delimiter, decimalMark } = inspected.dialect;
      expect([found, delimiter, decimalMark]).toEqual([
        spelled.encoding,
        spelled.delimiter,
        spelled.decimalMark,
      ]);
      const cleaner = createRunCleaner({ namespace: 'n', ...inspected });
      const records = [...cleaner.push(bytes).records, ...cleaner.end().records];
      expect(records.map((run) => [run.job, run.durationMs])).toEqual(
        rows.map(([name, whole, part]) => [`é${name}x`.trim(), whole * 1000 + part * 100]),
      );
    }),
    { numRuns: 1000 },
  );
});
