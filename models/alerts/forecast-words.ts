import type { Language } from './message.ts';

/** Fewer minutes than this are told as minutes. */
const HOURS_FROM_MINUTES = 100;

const inLanguage = (number: string, language: Language): string =>
  language === 'fr' ? number.replace('.', ',') : number;

/** `42 min`, `7 h`; nothing is known to the minute beyond that. */
export const lostTimeText = (minutes: number): string =>
  minutes < HOURS_FROM_MINUTES ? `${Math.round(minutes)} min` : `${Math.round(minutes / 60)} h`;

/** `0.4`, in French `0,4`; `12` from ten on; what would round to 0.0 is `<0.1`. */
export function failedRunsText(runs: number, language: Language): string {
  if (runs > 0 && runs < 0.05) return inLanguage('<0.1', language);
  return inLanguage(runs.toFixed(runs < 9.95 ? 1 : 0), language);
}

/** What is told of a job with hardly a run: the share of weeks in which jobs of its group fail. */
export function notEnoughDataText(groupRate: number, language: Language): string {
  const share = `${Math.round(100 * groupRate)} %`;
  return language === 'fr'
    ? `pas assez de données ; les traitements de son groupe échouent ${share} des semaines`
    : `not enough data; jobs of its group fail in ${share} of weeks`;
}

/** What all jobs together are expected to cost; '' where nothing is known of it. */
export function expectedCostText(
  jobs: readonly { expectedFailedRuns: number | null; expectedLostMinutes: number | null }[],
  language: Language,
): string {
  const sum = (values: (number | null)[]) => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
  };
  const runs = sum(jobs.map(({ expectedFailedRuns }) => expectedFailedRuns));
  const minutes = sum(jobs.map(({ expectedLostMinutes }) => expectedLostMinutes));
  if (runs === null) return '';
  const told = failedRunsText(runs, language);
  if (language === 'fr') {
    const lost = minutes === null ? '' : `, ${lostTimeText(minutes)} perdues`;
    return `${told} exécutions en échec attendues${lost}`;
  }
  const lost = minutes === null ? '' : `, ${lostTimeText(minutes)} lost`;
  return `${told} failed runs expected${lost}`;
}
