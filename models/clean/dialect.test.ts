import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inspectMetricFile, inspectRunFile } from './inspect-file.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'));
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le'));
const utf16be = (text: string) => new Uint8Array(Buffer.from(text, 'utf16le').swap16());

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
