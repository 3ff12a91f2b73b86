/** Grafana translates its own words, not those of a dashboard: each dashboard is made once for each language. */
export const LANGUAGES = ['en', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

/** Gives the text of the language a dashboard is made for. */
export type Say = (en: string, fr: string) => string;

export const sayIn =
  (language: Language): Say =>
  (en, fr) =>
    language === 'fr' ? fr : en;
