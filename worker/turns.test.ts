import { expect, it } from 'vitest';
import { createTurns } from './turns.ts';

it('lets so many in at once, the others in order, and passes over those that gave up', async () => {
  const turns = createTurns(2);
  const never = new AbortController().signal;
  const entered: string[] = [];
  const enter = (name: string, signal = never) => turns.wait(signal).then(() => entered.push(name));
  const impatient = new AbortController();
  await Promise.all([enter('a'), enter('b')]);
  const gone = enter('c', impatient.signal);
  const rest = [enter('d'), enter('e')];
  impatient.abort(new Error('no more'));
  await expect(gone).rejects.toThrow('no more');
  expect(entered).toEqual(['a', 'b']);
  turns.next();
  await rest[0];
  expect(entered).toEqual(['a', 'b', 'd']);
  turns.next();
  await rest[1];
  turns.next();
  turns.next();
  await Promise.all([enter('f'), enter('g')]);
  expect(entered).toEqual(['a', 'b', 'd', 'e', 'f', 'g']);
  await expect(turns.wait(AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' });
});
