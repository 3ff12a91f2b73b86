import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNameRedactor } from './name-redactor.ts';

function redact(name: string, bytes: Buffer, cuts: number[] = []): { bytes: Buffer; found: number } {
  const redactor = createNameRedactor(name);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  const parts = edges.slice(1).map((to, index) => redactor.push(bytes.subarray(edges[index]!, to)));
  parts.push(redactor.end());
  return { bytes: Buffer.concat(parts), found: redactor.found };
}
const text = (name: string, of: string) => redact(name, Buffer.from(of)).bytes.toString();

describe('createNameRedactor', () => {
  it('replaces the name where it is a word, whatever its case', () => {
    expect(text('Ann', 'ann;bob;ANN,Ann\nplanning;ann_x;xann "ann"')).toBe(
      '***;bob;***,***\nplanning;ann_x;xann "***"',
    );
    expect(text('Zoé Müller', 'x;Zoé Müller;y')).toBe(`x;${'*'.repeat(12)};y`);
    expect(text('a.b', 'a.b axb')).toBe('*** axb');
    expect(text('Zoé', '{"owner":"Zo\\u00e9"}')).toBe('{"owner":"********"}');
    expect(text('zoé müller', 'ZOÉ MÜLLER')).toBe('*'.repeat(12));
    expect(text('Ann', 'Ann Ann')).toBe('*** ***');
  });

  it('finds it in other encodings, composed or not', () => {
    const name = 'Zoé';
    for (const encoded of [
      Buffer.from('x;Zoé;y', 'latin1'),
      Buffer.from('x;Zoé;y', 'utf16le'),
      Buffer.from('x;Zoé;y', 'utf16le').swap16(),
      Buffer.from('x;Zoé;y'.normalize('NFD')),
    ]) {
      const { bytes, found } = redact(name, encoded);
      expect(found).toBe(1);
      expect(bytes).toHaveLength(encoded.length);
    }
    const wide = redact(name, Buffer.from('x;Zoé;y', 'utf16le')).bytes;
    expect(wide.toString('utf16le')).toBe('x;***;y');
    const part = Buffer.from('Zoéa', 'utf16le');
    expect(redact(name, part).bytes).toEqual(part);
  });

  it('does not depend on where the bytes are cut', () => {
    const pieces = fc.constantFrom('ann', 'Ann', 'an', 'n', ';', ' ', '_', 'é', 'annann', '\0', 'a\0n\0n\0');
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 40 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (parts, cuts) => {
          const bytes = Buffer.from(parts.join(''));
          expect(redact('ann', bytes, cuts)).toEqual(redact('ann', bytes));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('leaves everything else as it is', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.array(fc.nat(), { maxLength: 8 }), (bytes, cuts) => {
        const content = Buffer.from(bytes);
        expect(redact('somebody of whom nothing is told', content, cuts).bytes).toEqual(content);
      }),
    );
  });
});
