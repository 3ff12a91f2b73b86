import { type Finding, findingKey } from '../detect/finding.ts';
import type { Sign, SignKind } from './judge-model.ts';

export const modelFindingKey = (model: string): string => findingKey('drift', { type: 'model', model });

const VARIANTS: Partial<Record<SignKind, string>> = {
  quality: 'worse-than-rate',
  concept: 'other-outcomes',
  promise: 'promise-broken',
  data: 'data-moved',
};
/** What it is called by where several are found: what people feel first. */
const ORDER: readonly SignKind[] = ['quality', 'promise', 'concept', 'data', 'scores', 'labels'];

/** The finding that a model is no longer what it was. `signs`: all of a look, those found are told. */
export function modelFinding(
  model: string,
  signs: readonly Sign[],
  language: 'en' | 'fr',
  sinceMs: number,
): Finding {
  const found = ORDER.flatMap((kind) => signs.filter((sign) => sign.kind === kind && sign.found === true));
  const grave = found.find(({ isGrave }) => isGrave);
  return {
    key: modelFindingKey(model),
    kind: 'drift',
    variant: (grave && VARIANTS[grave.kind]) ?? null,
    subject: { type: 'model', model },
    sinceMs,
    runKey: null,
    dueMs: null,
    evidence: {
      ...{ observed: null, expected: null, limit: null, unit: null },
      text: found.map(({ words }) => words[language]).join('\n'),
    },
    family: null,
    course: 'new',
  };
}
