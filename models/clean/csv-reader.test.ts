import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CsvDialect } from './csv-dialect.ts';
import { type CsvReaderOptions, createCsvReader } from './csv-reader.ts';

const COMMA: CsvDialect = { encoding: 'utf-8', delimiter: ',', quote: '"', lineEnding: 'lf' };

interface Read {
  fields: string[];
  byteOffset: number;
  byteLength: number;
  refused: string | null;
  foreign: boolean;
  bytes: string;
}

/** Reads in pieces cut at `cuts`; the bytes of each row as hexadecimal, asked for while they are there. */
function readAll(bytes: Uint8Array, options: CsvReaderOptions, cuts: number[] = []): Read[] {
  const reader = createCsvReader(options);
  const read: Read[] = [];
  const take = (rows: ReturnType<typeof reader.push>) =>
    rows.forEach((row, index) => {
      read.push({
        fields: row.fields,
        byteOffset: row.byteOffset,
        byteLength: row.byteLength,
        refused: row.refusal?.code ?? null,
        foreign: row.foreignEncoding,
        bytes: Buffer.from(reader.bytesOf(index)).toString('hex'),
      });
    });
  const edges = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
  for (let k = 1; k < edges.length; k++) take(reader.push(bytes.slice(edges[k - 1], edges[k])));
  take(reader.end());
  return read;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const fieldsOf = (text: string, options: Partial<CsvReaderOptions> = {}) =>
  readAll(utf8(text), { dialect: COMMA, ...options }).map((row) => row.refused ?? row.fields);

describe('csv reader: fields', () => {
  test.each([
    ['', []],
    [
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'a,\n,b\n',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['a\n\n\r\nb\n', [['a'], [''], [''], ['b']]],
    ['\ufeffa,b\n', [['a', 'b']]],
    [
      '"a,1","b\nc\r\nd"\r\n2,3\r\n',
      [
        ['a,1', 'b\nc\r\nd'],
        ['2', '3'],
      ],
    ],
    ['"say ""hi""",""\n', [['say "hi"', '']]],
    ['5" disk,6"\n', [['5" disk', '6"']]],
    ['"a" ,"b"\t\n', [['a', '"b"\t']]],
    [
      '1,"a\nb"\r2,c\r\n',
      [
        ['1', 'a\nb'],
        ['2', 'c'],
      ],
    ],
    ['"a"\r,b\n', [['a', 'b']]],
    ['"Error" in step 3,x\n', [['"Error" in step 3', 'x']]],
    ['a\u0000b,\u0000\n', [['a\u0000b', '\u0000']]],
    ['10 %\r20 %\r100 %,x\n', [['10 %\r20 %\r100 %', 'x']]],
    ['é,€,𝄞\n', [['é', '€', '𝄞']]],
  ])('%j', (text, expected) => {
    expect(fieldsOf(text)).toEqual(expected);
  });

  test('a file without LF ends its records at CR', () => {
    expect(fieldsOf('a,b\r"1\r2",3\r', { dialect: { ...COMMA, lineEnding: 'cr' } })).toEqual([
      ['a', 'b'],
      ['1\r2', '3'],
    ]);
  });

  test('without a quote character quotes are text', () => {
    expect(fieldsOf('"a,b"\n', { dialect: { ...COMMA, quote: null } })).toEqual([['"a', 'b"']]);
  });

  test('windows-1252, and a foreign field in a UTF-8 file', () => {
    const bytes = Uint8Array.of(0x80, 0x2c, 0xe9, 0x0a);
    expect(readAll(bytes, { dialect: { ...COMMA, encoding: 'windows-1252' } })[0]).toMatchObject({
      fields: ['€', 'é'],
      foreign: false,
    });
    expect(readAll(bytes, { dialect: COMMA })[0]).toMatchObject({ fields: ['€', 'é'], foreign: true });
  });
});

describe('csv reader: offsets', () => {
  test('count bytes of the file, BOM and line ends included, line ends not in the length', () => {
    const rows = readAll(utf8('\ufeffé,b\r\n\n"1\n2",x\r\nlast'), { dialect: COMMA });
    expect(rows.map(({ byteOffset, byteLength }) => [byteOffset, byteLength])).toEqual([
      [3, 4],
      [9, 0],
      [10, 7],
      [19, 4],
    ]);
    expect(Buffer.from(rows[2]!.bytes, 'hex').toString()).toBe('"1\n2",x');
  });

  test.each(['utf-16le', 'utf-16be'] as const)('%s counts and returns its own bytes', (encoding) => {
    const text = '\ufeffé,𝄞\r\nb,"c\nd"\nodd';
    const little = Buffer.from(text, 'utf16le');
    const bytes = new Uint8Array([
      ...(encoding === 'utf-16le' ? little : Buffer.from(little).swap16()),
      0x41,
    ]);
    const rows = readAll(bytes, { dialect: { ...COMMA, encoding } });
    expect(rows.map(({ fields }) => fields)).toEqual([['é', '𝄞'], ['b', 'c\nd'], ['odd\ufffd']]);
    for (const row of rows) {
      const original = bytes.subarray(row.byteOffset, row.byteOffset + row.byteLength);
      expect(row.bytes).toBe(Buffer.from(original).toString('hex'));
    }
    expect(rows.at(-1)!.byteOffset + rows.at(-1)!.byteLength).toBe(bytes.length);
  });
});

describe('csv reader: a stray quote costs one line', () => {
  const rest = Array.from({ length: 50 }, (_, k) => `${k},b`);
  const restRows = rest.map((line) => line.split(','));

  test('never closed', () => {
    expect(fieldsOf(`1,"b\n${rest.join('\n')}\n`)).toEqual(['unclosed-quote', ...restRows]);
  });

  test('met by a quoted field further down', () => {
    expect(fieldsOf(`1,"b\n${rest.join('\n')}\n"x",y\n`)).toEqual([
      'unclosed-quote',
      ...restRows,
      ['x', 'y'],
    ]);
  });

  test('closed by another stray quote, when the number of fields is known', () => {
    expect(fieldsOf(`1,"b\n${rest.join('\n')}\n6",c\n`, { expectedFields: 2 })).toEqual([
      'unclosed-quote',
      ...restRows,
      ['6"', 'c'],
    ]);
  });

  test('a record over several lines may end in empty surplus fields', () => {
    expect(fieldsOf('1,"b\nc",,\n', { expectedFields: 2 })).toEqual([['1', 'b\nc', '', '']]);
    expect(fieldsOf('1,"b\nc",,d\n', { expectedFields: 2 })).toEqual(['unclosed-quote', ['c"', '', 'd']]);
  });

  test('never closed before the cap', () => {
    const text = `1,"b\n${rest.join('\n')}\n`;
    expect(fieldsOf(text, { maxRecordBytes: 20 })).toEqual(['unclosed-quote', ...restRows]);
  });

  test('refused bytes are those of the line', () => {
    const [row] = readAll(utf8('1,"b\r\n2,c\r\n'), { dialect: COMMA });
    expect(row).toMatchObject({ byteOffset: 0, byteLength: 4, bytes: Buffer.from('1,"b').toString('hex') });
  });
});

describe('csv reader: a record that is too long', () => {
  test('is one refused row with its true length and its first bytes', () => {
    const rows = readAll(utf8(`a,b\n${'x'.repeat(1000)}\r\nc,d\n`), { dialect: COMMA, maxRecordBytes: 16 });
    expect(rows.map((row) => row.refused ?? row.fields)).toEqual([['a', 'b'], 'record-too-long', ['c', 'd']]);
    expect(rows[1]).toMatchObject({ byteOffset: 4, byteLength: 1000 });
    expect(rows[1]!.bytes).toBe('78'.repeat(16));
    expect(rows[2]!.byteOffset).toBe(1006);
  });

  test('exactly the cap is not too long', () => {
    expect(fieldsOf('xxxx\nxxxxx\nxxxx', { maxRecordBytes: 4 })).toEqual([
      ['xxxx'],
      'record-too-long',
      ['xxxx'],
    ]);
  });

  test('100 MB without a line end are read in constant memory', () => {
    const reader = createCsvReader({ dialect: COMMA });
    const chunk = new Uint8Array(1 << 18).fill(0x61);
    const before = process.memoryUsage().arrayBuffers;
    for (let k = 0; k < 400; k++) reader.push(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
    const [row] = reader.end();
    expect(row!.byteLength).toBe(400 << 18);
    expect(row!.refusal!.bytes.length).toBe(1 << 20);
  });
});

test('a reader reads one file', () => {
  const reader = createCsvReader({ dialect: COMMA });
  reader.end();
  expect(() => reader.push(utf8('a'))).toThrow('push after end');
  expect(() => reader.end()).toThrow('ended twice');
  expect(() => reader.bytesOf(0)).toThrow('no row 0');
});

describe('csv reader: laws', () => {
  const piece = fc.constantFrom(
    'a',
    '1',
    ',',
    ',',
    '"',
    '"',
    '\n',
    '\n',
    '\r\n',
    '\r',
    ' ',
    'é',
    '𝄞',
    '\u0000',
  );
  const messyText = fc.array(piece, { maxLength: 60 }).map((pieces) => utf8(pieces.join('')));
  const bytes = fc.oneof(
    messyText,
    fc.uint8Array({ maxLength: 60 }),
    messyText.map((text) => Uint8Array.of(0xef, 0xbb, 0xbf, ...text)),
  );
  const options = fc.record({
    dialect: fc.record({
      encoding: fc.constantFrom<CsvDialect['encoding'][]>('utf-8', 'windows-1252', 'utf-16le', 'utf-16be'),
      delimiter: fc.constant(',' as const),
      quote: fc.constantFrom<CsvDialect['quote'][]>('"', null),
      lineEnding: fc.constantFrom<CsvDialect['lineEnding'][]>('lf', 'cr'),
    }),
    maxRecordBytes: fc.constantFrom(1, 7, 20, 1000),
    expectedFields: fc.constantFrom(-1, 2),
  });

  test('any split of the bytes gives the same rows, offsets and original bytes', () => {
    fc.assert(
      fc.property(bytes, options, fc.array(fc.nat(60), { maxLength: 30 }), (input, reading, cuts) => {
        expect(readAll(input, reading, cuts)).toEqual(readAll(input, reading));
      }),
      { numRuns: 3000 },
    );
  });

  test('rows lie in order, apart, and are the bytes of the file', () => {
    fc.assert(
      fc.property(bytes, options, (input, reading) => {
        let end = 0;
        for (const row of readAll(input, reading)) {
          expect(row.byteOffset).toBeGreaterThanOrEqual(end);
          end = row.byteOffset + row.byteLength;
          expect(end).toBeLessThanOrEqual(input.length);
          const kept = row.bytes.length / 2;
          expect(kept === row.byteLength || row.refused === 'record-too-long').toBe(true);
          const original = input.subarray(row.byteOffset, row.byteOffset + kept);
          expect(row.bytes).toBe(Buffer.from(original).toString('hex'));
        }
      }),
      { numRuns: 3000 },
    );
  });

  test('what is written by RFC 4180 is read back', () => {
    const field = fc
      .array(
        piece.filter((text) => text !== '\u0000'),
        { maxLength: 6 },
      )
      .map((t) => t.join(''));
    const table = fc.array(fc.tuple(field, field, field), { minLength: 1, maxLength: 8 });
    const written = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, lineEnd) => {
        const text = rows.map((fields) => fields.map(written).join(',') + lineEnd).join('');
        expect(fieldsOf(text, { expectedFields: 3 })).toEqual(rows);
      }),
      { numRuns: 1000 },
    );
  });
});
