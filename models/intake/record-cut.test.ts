import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCsvReader } from '../clean/csv-reader.ts';
import { type CutDialect, headerBytes, wholeRecordBytes } from './record-cut.ts';

const DIALECT: CutDialect = { encoding: 'utf-8', delimiter: ',', quote: '"', lineEnding: 'lf', fields: 2 };
const cut = (text: string) => wholeRecordBytes(Buffer.from(text), DIALECT);

describe('the cut between two records', () => {
  it.each([
    ['', 0],
    ['a,b', 0],
    ['a,b\n', 4],
    ['a,b\r\nc', 5],
    ['a,"b\nc"\nd,"e\nf', 8],
    ['a,"b""\n"\n', 9],
    ['\n\na,b\nc,d', 6],
  ])('of %j is after %i bytes', (text, bytes) => {
    expect(cut(text)).toBe(bytes);
  });

  it('is at two bytes a character in UTF-16', () => {
    const bytes = Buffer.from('a,b\nc,d', 'utf16le');
    expect(wholeRecordBytes(bytes, { ...DIALECT, encoding: 'utf-16le' })).toBe(8);
  });

  it('is not inside a record that is too long, and goes on behind it', () => {
    const long = 'x'.repeat(2_000_000);
    expect(cut(`a,b\n${long}`)).toBe(4);
    expect(cut(`a,b\n${long}\nc,d`)).toBe(4 + long.length + 1);
  });

  it('leaves a table with the same rows as in one piece', () => {
    const piece = fc.constantFrom('a', ',', '"', '""', '\n', '\r\n', 'é', ' ', 'b,c\n', '"x\ny",z\n');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.nat(), (pieces, seed) => {
        const bytes = Buffer.from(pieces.join(''));
        const at = wholeRecordBytes(bytes.subarray(0, seed % (bytes.length + 1)), DIALECT);
        const rowsOf = (part: Uint8Array) => {
          const reader = createCsvReader({ dialect: DIALECT, expectedFields: 2 });
          return [...reader.push(part), ...reader.end()].map(({ fields, refusal }) => [
            fields,
            refusal?.code,
          ]);
        };
        const whole = rowsOf(bytes);
        expect([...rowsOf(bytes.subarray(0, at)), ...rowsOf(bytes.subarray(at))]).toEqual(whole);
      }),
    );
  });

  it('is behind the header and its preamble', () => {
    const text = Buffer.from('report of the night\n\njob,start\na,1\n');
    expect(headerBytes(text, DIALECT, 21)).toBe(31);
    expect(headerBytes(text.subarray(0, 31), DIALECT, 21)).toBe(31);
    expect(headerBytes(text.subarray(0, 30), DIALECT, 21)).toBeNull();
  });
});
