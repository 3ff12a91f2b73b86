import { expect, it } from 'vitest';
import { frenchHoliday } from './french-holidays.ts';

it('names the public holidays of mainland France', () => {
  expect(frenchHoliday(Date.UTC(2026, 6, 14, 12))).toBe('Fête Nationale de la France');
  expect(frenchHoliday(Date.UTC(2026, 3, 6))).toBe('Lundi de Pâques');
  expect(frenchHoliday(Date.UTC(2026, 6, 15))).toBeNull();
});
