import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createUtf16Converter, toUtf16, utf16BytesOf } from './utf16.ts';

function convert(bytes: Uint8Array, bigEndian: boolean): Uint8Array {
  const converter = createUtf16Converter(bigEndian);
  return Uint8Array.from([...converter.push(bytes), ...converter.end().bytes]);
}

test('text becomes the UTF-8 that an independent encoder writes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(convert(Buffer.from(text, 'utf16le'), false)).toEqual(new Uint8Array(Buffer.from(text, 'utf8')));
    }),
  );
});

test('any even number of bytes comes back exactly, unpaired surrogates too', () => {
  const unit = fc.oneof(fc.nat(0xffff), fc.integer({ min: 0xd800, max: 0xdfff }));
  fc.assert(
    fc.property(fc.array(unit), fc.boolean(), (units, bigEndian) => {
      const bytes = new Uint8Array(units.flatMap((u) => (bigEndian ? [u >> 8, u & 255] : [u & 255, u >> 8])));
      const converted = convert(bytes, bigEndian);
      expect(toUtf16(converted, bigEndian)).toEqual(bytes);
      expect(utf16BytesOf(converted, 0, converted.length)).toBe(bytes.length);
    }),
  );
});

test('an odd last byte is U+FFFD and told', () => {
  const converter = createUtf16Converter(false);
  expect(converter.push(Uint8Array.of(0x61, 0, 0x62))).toEqual(Uint8Array.of(0x61));
  expect(converter.end()).toEqual({ bytes: Uint8Array.of(0xef, 0xbf, 0xbd), oddByte: 0x62 });
});
