import { expect, test } from 'vitest';
import type { RunStatus } from '../records/run.ts';
import { statusOfWord } from './status-words.ts';

test.each<[RunStatus, string[]]>([
  [
    'succeeded',
    ['success', 'SUCCEEDED', ' ok ', 'Completed', 'done', 'Succès', 'réussi', 'TERMINÉ', 'termine\u0301'],
  ],
  [
    'failed',
    ['failed', 'Failure', 'ERROR', 'KO', 'échec', 'Erreur', 'en erreur', 'crashed', 'TIMED_OUT', 'timed-out'],
  ],
  ['cancelled', ['cancelled', 'CANCELED', 'aborted', 'skipped', 'annulé', 'killed', 'Terminated']],
  [
    'running',
    ['running', 'STARTED', 'in_progress', 'In Progress', 'en cours', "En cours d'exécution", 'démarré'],
  ],
])('%s', (status, words) => {
  for (const word of words) expect([word, statusOfWord(word)]).toEqual([word, status]);
});

test.each(['', 'purple', '0', '1', 'success failed', 'constructor', '__proto__'])('unknown: %j', (word) => {
  expect(statusOfWord(word)).toBeNull();
});
