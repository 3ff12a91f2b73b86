import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ERROR_FAMILIES, errorFamily, errorTemplate } from './error-family.ts';

describe('errorTemplate', () => {
  it.each([
    [
      'ORA-01555: snapshot too old: rollback segment number 17 with name "_SYSSMU9$" too small',
      'ORA-01555: snapshot too old: rollback segment number * with name * too',
    ],
    [
      'read tcp 10.20.3.41:51234->10.30.0.7:5432: connection reset by peer',
      'read tcp *->*: connection reset by peer',
    ],
    [
      "FileNotFoundError: [Errno 2] No such file or directory: '/data/in/orders/20260105_3.csv'",
      'FileNotFoundError: [Errno 2] No such file or directory: *',
    ],
    ['cannot open /var/etl/tmp/orders.1234.part today', 'cannot open * today'],
    ['cannot open C:\\etl\\in\\a.csv', 'cannot open *'],
    ['GET https://api.example.org/v1/rates?day=3 failed', 'GET * failed'],
    ['partition orders/day=2026-01-05 is empty', 'partition orders/day=* is empty'],
    ['no data since 2026-01-05T06:00:00.123Z, stop', 'no data since *, stop'],
    ['object 7f9c24e8-3b1a-4c5d-9e2f-0a1b2c3d4e5f at 0xdeadBEEF', 'object * at *'],
    ['commit 9fceb02d0ae598e95dc970b74767f19372d61af8 refused', 'commit * refused'],
    ["can't connect, it isn't there", "can't connect, it isn't there"],
    ['  \n', ''],
    ['first line\nsecond line', 'first line'],
  ])('%j', (error, template) => {
    expect(errorTemplate(error)).toBe(template);
  });

  it('keeps codes: they tell causes apart', () => {
    const texts = ['exit code 1', 'exit code 137', 'HTTP 500', 'HTTP 404', 'ORA-00001: x', 'ORA-12541: x'];
    expect(new Set(texts.map(errorTemplate)).size).toBe(texts.length);
  });

  it('is bounded, of any text, and the same twice', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 3000 }), (text) => {
        const template = errorTemplate(text);
        expect(template.length).toBeLessThanOrEqual(120);
        expect(errorTemplate(text)).toBe(template);
      }),
    );
    expect(errorTemplate('x'.repeat(1e6)).length).toBe(120);
  });

  it('is one for texts that differ in their numbers only', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (one, other) => {
        const text = (n: number) => `deadlock detected: Process ${n} waits for transaction ${2 * n}`;
        expect(errorTemplate(text(one))).toBe(errorTemplate(text(other)));
      }),
    );
  });
});

describe('errorFamily', () => {
  it('is a number below their count, different for different causes', () => {
    const families = ['no space left on device', 'deadlock detected', 'timeout', ''].map(errorFamily);
    expect(new Set(families).size).toBe(4);
    expect(
      families.every((family) => Number.isInteger(family) && family >= 0 && family < ERROR_FAMILIES),
    ).toBe(true);
  });
});
