import type { Config } from '../../config.ts';

export type Language = Config['language'];

/** The first of ours that the browser names. */
export function languageOf(accepted: string | undefined, byDefault: Language): Language {
  const named = (accepted ?? '').split(',').map((part) => part.trim().slice(0, 2).toLowerCase());
  return (named.find((name) => name === 'en' || name === 'fr') as Language | undefined) ?? byDefault;
}
