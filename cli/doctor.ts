/** `smart-etl doctor`: what is found and what is not, and how to supply it. */
import { styleText } from 'node:util';
import { homeFolder } from '../config.ts';
import { type Finding, inspect } from '../stack/inspection.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';

const COLOURS = { ok: 'green', note: 'yellow', missing: 'red', old: 'red' } as const;

function findingLines({ what, state, found, cure }: Finding): string {
  const word = styleText(COLOURS[state], state.padEnd(8), { stream: process.stdout });
  const line = `  ${word} ${what.padEnd(11)} ${found}`;
  return cure === undefined ? line : `${line}\n${' '.repeat(23)}${cure}`;
}

/**
 * Prints what was found; with `json` one document `{home, ok, findings: [{what, state, found, cure?}]}`.
 *
 * @returns exit code: 0 when nothing is missing or too old, else 1
 */
export async function doctor({ json = false }: { json?: boolean } = {}): Promise<ExitCode> {
  const home = homeFolder();
  const findings = await inspect(home);
  const ok = findings.every(({ state }) => state === 'ok' || state === 'note');
  if (json) console.log(JSON.stringify({ home, ok, findings }));
  else console.log([...findings.map(findingLines), ok ? 'nothing is missing' : 'see above'].join('\n'));
  return ok ? EXIT.ok : EXIT.negative;
}
