import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { weaknessOf } from '../../services/password-hash.ts';
import { UsageError } from '../options/usage-error.ts';

/**
 * A new password: typed twice without being shown, or the first line of standard input where that is no terminal. Never
 * an argument: arguments are seen by everybody on the machine.
 *
 * @throws UsageError when it is too weak or differs the second time
 */
export async function typedPassword(name: string): Promise<string> {
  const password = process.stdin.isTTY
    ? await typedTwice(name)
    : (await text(process.stdin)).split(/\r?\n/)[0]!;
  const weakness = weaknessOf(password, name);
  if (weakness !== null) throw new UsageError(weakness);
  return password;
}

async function typedTwice(name: string): Promise<string> {
  const first = await typed(`Password of ${name}: `);
  if ((await typed('Once more: ')) !== first) throw new UsageError('the two passwords differ');
  return first;
}

const ENTER = new Set(['\r', '\n', '\u0004']);
const CTRL_C = '\u0003';
const ERASE = new Set(['\u007f', '\b']);

/** A line from the terminal that is not shown. */
async function typed(question: string): Promise<string> {
  process.stderr.write(question);
  const { stdin } = process;
  stdin.setRawMode(true).setEncoding('utf8').resume();
  let line = '';
  try {
    for (;;) {
      const [chunk] = (await once(stdin, 'data')) as [string];
      for (const letter of chunk) {
        if (letter === CTRL_C) throw new UsageError('no password was set');
        if (ENTER.has(letter)) return line;
        line = ERASE.has(letter) ? [...line].slice(0, -1).join('') : line + letter;
      }
    }
  } finally {
    stdin.setRawMode(false).pause();
    process.stderr.write('\n');
  }
}
