import fc from 'fast-check';
import { expect, it } from 'vitest';
import { csvField, spreadsheetField } from './prediction-file.ts';

/** RFC 4180. */
const read = (field: string): string =>
  field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field;

const START = fc.constantFrom(
  '=',
  '+',
  '-',
  '@',
  '\t=',
  '\r=',
  ' =',
  '=cmd|',
  '"=',
  '',
  'a',
  '1',
  '-1',
  '-1e5',
  '\n@',
);
const TEXT = fc.tuple(START, fc.string({ unit: 'binary' })).map((parts) => parts.join(''));

it.each([
  '=1+1',
  '+1',
  '-1+1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '  =1',
  "=cmd|' /C calc'!A0",
  '=HYPERLINK("http://x")',
])('a formula is a text in a spreadsheet: %j', (text) =>
  expect(read(spreadsheetField(text))).toBe(`'${text}`),
);

it.each(['-3', '-0.25', '12', '1e-7', '-1.5e-7', 'crash', 'orders', "'x", ''])(
  '%j stays what it is',
  (text) => {
    expect(spreadsheetField(text)).toBe(text);
  },
);

it('no text whatever begins as a formula, and each is one field that reads back', () => {
  fc.assert(
    fc.property(TEXT, (text) => {
      const cell = read(spreadsheetField(text));
      expect(cell === text || cell === `'${text}`).toBe(true);
      if (Number.isNaN(Number(cell)) || !/^-?\d/.test(cell)) expect(cell.trimStart()).not.toMatch(/^[=+\-@]/);
      expect(read(csvField(text))).toBe(text);
    }),
  );
});
