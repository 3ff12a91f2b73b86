import { findingKey, findingOfState, inWords } from '../detect/finding.ts';
import type { Sign, SignKind } from './judge-model.ts';

/** The champion cannot be used: ends with the next time it can. */
export const UNUSABLE = 'model-unusable';

export const modelFindingKey = (model: string): string => findingKey('drift', { type: 'model', model });
export const unusableModelKey = (model: string): string =>
  findingKey('quality', { type: 'model', model }, UNUSABLE);

/** The finding that the champion cannot be used. `detail`: what was found, one or more lines. */
export const unusableModel = (model: string, detail: string, sinceMs: number) =>
  findingOfState({
    kind: 'quality',
    variant: UNUSABLE,
    subject: { type: 'model', model },
    what: UNUSABLE,
    sinceMs,
    evidence: inWords(detail),
  });

const VARIANTS: Partial<Record<SignKind, string>> = {
  quality: 'worse-than-rate',
  concept: 'other-outcomes',
  promise: 'promise-broken',
  data: 'data-moved',
};
/** What it is called by where several are found: what people feel first. */
const ORDER: readonly SignKind[] = ['quality', 'promise', 'concept', 'data', 'scores', 'labels'];

/** The finding that a model is no longer what it was. `signs`: all of a look, those found are told. */
export function modelFinding(model: string, signs: readonly Sign[], language: 'en' | 'fr', sinceMs: number) {
  const found = ORDER.flatMap((kind) => signs.filter((sign) => sign.kind === kind && sign.found === true));
  const grave = found.find(({ isGrave }) => isGrave);
  return findingOfState({
    kind: 'drift',
    variant: (grave && VARIANTS[grave.kind]) ?? null,
    subject: { type: 'model', model },
    sinceMs,
    evidence: inWords(found.map(({ words }) => words[language]).join('\n')),
  });
}
