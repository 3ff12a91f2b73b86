import { expect, it } from 'vitest';
import { textTable } from './text-table.ts';

it('stands in columns', () => {
  expect(
    textTable(
      ['a', 'name'],
      [
        ['1', 'x'],
        ['22', 'yy'],
      ],
    ),
  ).toBe('a   name\n1   x\n22  yy');
  expect(textTable(['a', 'b'], [])).toBe('a  b');
});

it('fits 80 columns, whatever is in it, and does nothing to the terminal', () => {
  const table = textTable(['a', 'b', 'c'], [['x'.repeat(500), 'y'.repeat(60), '\u001b[31mred']]);
  for (const line of table.split('\n')) expect(line.length).toBeLessThanOrEqual(79);
  expect(table).not.toContain('\u001b');
  expect(table).toContain('…');
});
