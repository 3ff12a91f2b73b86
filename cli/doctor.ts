/** `smart-etl doctor`: what is found, what is not, what is unsafe, and what to do about it. */
import { styleText } from 'node:util';
import { homeFolder } from '../config.ts';
import { type Finding, inspect } from '../stack/inspection.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { lookAtSafety } from './safety/look-at-safety.ts';

const COLOURS = { ok: 'green', note: 'yellow', missing: 'red', old: 'red', unsafe: 'red' } as const;

function findingLines({ what, state, found, why, cure }: Finding): string {
  const word = styleText(COLOURS[state], state.padEnd(8), { stream: process.stdout });
  const more = [why, cure].filter((line) => line !== undefined).map((line) => `${' '.repeat(23)}${line}`);
  return [`  ${word} ${what.padEnd(11)} ${found}`, ...more].join('\n');
}

/**
 * Prints what was found; with `json` one document `{home, ok, findings: [{what, state, found, why?, cure?}]}`.
 *
 * @returns exit code: 0 when nothing is missing, too old or unsafe, else 1
 */
export async function doctor({ json = false }: { json?: boolean } = {}): Promise<ExitCode> {
  const home = homeFolder();
  const [installed, safety] = await Promise.all([inspect(home), lookAtSafety()]);
  const findings: Finding[] = [...installed, ...safety];
  const ok = findings.every(({ state }) => state === 'ok' || state === 'note');
  if (json) console.log(JSON.stringify({ home, ok, findings }));
  else
    console.log(
      [...findings.map(findingLines), ok ? 'nothing is missing or unsafe' : 'see above'].join('\n'),
    );
  return ok ? EXIT.ok : EXIT.negative;
}
