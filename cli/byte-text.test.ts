import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldedLines, hexLines, oneLine, printable, textOfBytes } from './byte-text.ts';

describe('textOfBytes', () => {
  it('reads the first encoding that fits', () => {
    expect(textOfBytes(Buffer.from('échoué'), ['utf-8'])).toBe('échoué');
    expect(textOfBytes(Buffer.from('échoué', 'latin1'), ['utf-8', 'windows-1252'])).toBe('échoué');
    expect(textOfBytes(Buffer.from('échoué', 'latin1'), ['utf-8'])).toBeNull();
    expect(textOfBytes(Buffer.from('a'), ['no-such-encoding', 'utf-8'])).toBe('a');
  });

  it('takes nothing for text that could play with the terminal', () => {
    expect(textOfBytes(Buffer.from('a\u001b[2Jb'), ['utf-8'])).toBeNull();
    expect(textOfBytes(Buffer.from('a\u202eb'), ['utf-8'])).toBeNull();
    expect(printable('a\u001b[2Jb\u202ec')).toBe('a\ufffd[2Jb\ufffdc');
    expect(textOfBytes(Buffer.from('a\tb\nc'), ['utf-8'])).toBe('a\tb\nc');
  });
});

describe('hexLines and foldedLines', () => {
  it('show every byte and character on lines that fit', () => {
    expect(hexLines(Buffer.from('hello, wide world'), 0x20)).toEqual([
      '00000020  68 65 6c 6c 6f 2c 20 77 69 64 65 20 77 6f 72 6c  |hello, wide worl|',
      '00000030  64                                               |d|',
    ]);
    expect(foldedLines('abcdef\r\ngh\n', 4)).toEqual(['abcd', 'ef', 'gh', '']);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const lines = hexLines(bytes, 0);
        expect(lines.every((line) => line.length <= 78)).toBe(true);
        const back = lines.flatMap((line) => line.slice(10, 57).trim().split(' '));
        expect(back.map((hex) => Number.parseInt(hex, 16))).toEqual([...bytes]);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, width) => {
        const lines = foldedLines(text, width);
        expect(lines.join('')).toBe(text.replaceAll(/[\r\n]/g, ''));
        expect(lines.every((line) => [...line].length <= width)).toBe(true);
      }),
    );
  });
});

describe('oneLine', () => {
  it('leaves nothing that breaks a line or plays with the terminal, and every other text as it is', () => {
    expect(oneLine('orders\r\nversion 3: promoted')).toBe('orders version 3: promoted');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = oneLine(text);
        expect(line.split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)).toHaveLength(1);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: without these it is the text itself
        if (!/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/.test(text))
          expect(line).toBe(text);
      }),
    );
  });
});
