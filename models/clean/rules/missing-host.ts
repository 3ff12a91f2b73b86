import { type CleaningRule, found, type RowRefusal } from './rule.ts';

export const missingHost: CleaningRule = {
  code: 'missing-host',
  kind: 'refuse',
  appliesTo: 'metrics',
  title: { en: 'No server', fr: 'Pas de serveur' },
  meaning: 'The sample does not say which server was measured.',
  example: ';cpu;2025-01-31 08:00;0.5',
  whatIsDone: 'The row goes to quarantine.',
};

export function refuseMissingHost(column: string, text: string): RowRefusal {
  return { code: missingHost.code, detail: `${column}: expected the name of a server, found ${found(text)}` };
}
