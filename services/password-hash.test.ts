import { scryptSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashPassword, isPassword, weaknessOf } from './password-hash.ts';

const PASSWORD = 'pommes et poires 7';

describe('a kept password', () => {
  it('is scrypt with its parameters and a salt of its own, as Node computes it', async () => {
    const [one, other] = await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)]);
    expect(one).not.toBe(other);
    const [name, N, r, p, salt, hash] = one!.split('$');
    expect([name, N, r, p]).toEqual(['scrypt', '65536', '8', '2']);
    const cost = { N: 65_536, r: 8, p: 2, maxmem: 1e9 };
    expect(scryptSync(PASSWORD, Buffer.from(salt!, 'base64url'), 32, cost).toString('base64url')).toBe(hash);
    expect(await isPassword(PASSWORD, one!)).toBe(true);
    expect(await isPassword(`${PASSWORD} `, one!)).toBe(false);
    expect(await isPassword('', one!)).toBe(false);
  });

  it('is the same however its accents are typed, and keeps the parameters it was made with', async () => {
    const kept = `scrypt$1024$8$1$${Buffer.alloc(16, 7).toString('base64url')}$${scryptSync(
      'é'.normalize('NFKC'),
      Buffer.alloc(16, 7),
      32,
      { N: 1024, r: 8, p: 1 },
    ).toString('base64url')}`;
    expect(await isPassword('e\u0301', kept)).toBe(true);
    expect(await isPassword('e', kept)).toBe(false);
  });

  it('that is none opens to nobody, and costs the same', async () => {
    const kept = await hashPassword(PASSWORD);
    const timed = async (stored: string | null) => {
      const start = performance.now();
      expect(await isPassword('a wrong password', stored)).toBe(false);
      return performance.now() - start;
    };
    const known: number[] = [];
    const unknown: number[] = [];
    for (let round = 0; round < 3; round++) {
      known.push(await timed(kept));
      unknown.push(await timed(null));
    }
    const ratio = Math.min(...unknown) / Math.min(...known);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
    for (const damaged of ['', 'scrypt', kept.replace('scrypt', 'plain'), kept.slice(0, 60)]) {
      expect(await isPassword(PASSWORD, damaged)).toBe(false);
      expect(await isPassword('', damaged)).toBe(false);
    }
  });
});

it.each([
  ['short', 'ann', /12 to 200 characters, found 5/],
  ['x'.repeat(201), 'ann', /found 201/],
  ['aaaaaaaaaaaaaaaa', 'ann', /5 different/],
  ['martine-2026-ok', 'Martine', /does not contain the name/],
])('%s is no password for %s', (password, name, why) => {
  expect(weaknessOf(password, name)).toMatch(why);
});
it('a sentence is one', () => expect(weaknessOf(PASSWORD, 'ann')).toBeNull());
