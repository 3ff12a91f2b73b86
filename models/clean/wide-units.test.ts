import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createWideConverter, toWide, type WideUnits, wideBytesOf, wideUnitsOf } from './wide-units.ts';

const UTF16: WideUnits = { unitBytes: 2, bigEndian: false };

function convert(bytes: Uint8Array, units: WideUnits): Uint8Array {
  const converter = createWideConverter(units);
  return Uint8Array.from([...converter.push(bytes), ...converter.end().bytes]);
}

const littleEndian = (unit: number, size: number) =>
  Array.from({ length: size }, (_, k) => Math.floor(unit / 256 ** k) % 256);

test('text becomes the UTF-8 that an independent encoder writes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const utf8 = new Uint8Array(Buffer.from(text, 'utf8'));
      expect(convert(Buffer.from(text, 'utf16le'), UTF16)).toEqual(utf8);
      const codes = [...text].flatMap((letter) => littleEndian(letter.codePointAt(0)!, 4));
      expect(convert(Uint8Array.from(codes), { unitBytes: 4, bigEndian: false })).toEqual(utf8);
    }),
  );
});

test('any whole units come back exactly, those that are no character too', () => {
  const unit = fc.oneof(
    fc.nat(0xffff),
    fc.integer({ min: 0xd800, max: 0xdfff }),
    fc.integer({ min: 0, max: 0xffffffff }),
  );
  const units = fc.record({ unitBytes: fc.constantFrom(2 as const, 4 as const), bigEndian: fc.boolean() });
  fc.assert(
    fc.property(fc.array(unit), units, (codes, wide) => {
      const bytes = Uint8Array.from(
        codes.flatMap((code) => {
          const unit = littleEndian(wide.unitBytes === 2 ? code % 0x10000 : code, wide.unitBytes);
          return wide.bigEndian ? unit.reverse() : unit;
        }),
      );
      const converted = convert(bytes, wide);
      expect(toWide(converted, wide)).toEqual(bytes);
      expect(wideBytesOf(converted, 0, converted.length, wide)).toBe(bytes.length);
    }),
  );
});

test('a cut last unit is one U+FFFD, and its bytes are told', () => {
  const utf16 = createWideConverter(UTF16);
  expect(utf16.push(Uint8Array.of(0x61, 0, 0x62))).toEqual(Uint8Array.of(0x61));
  expect(utf16.end()).toEqual({ bytes: Uint8Array.of(0xef, 0xbf, 0xbd), cutUnit: Uint8Array.of(0x62) });
  const utf32 = createWideConverter({ unitBytes: 4, bigEndian: true });
  expect(utf32.push(Uint8Array.of(0, 0, 0, 0x61, 0, 0, 0))).toEqual(Uint8Array.of(0x61));
  expect(utf32.end()).toEqual({ bytes: Uint8Array.of(0xef, 0xbf, 0xbd), cutUnit: Uint8Array.of(0, 0, 0) });
});

test('the units of an encoding by its name', () => {
  expect(wideUnitsOf('utf-32be')).toEqual({ unitBytes: 4, bigEndian: true });
  expect(wideUnitsOf('utf-16le')).toEqual(UTF16);
  expect(wideUnitsOf('utf-8')).toBeNull();
});
