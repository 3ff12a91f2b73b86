/** Words of the page of reports. */
export const WORDS = {
  title: ['Reports', 'Rapports'],
  subtitle: [
    'What a month, a quarter or a year says, as PDF',
    'Ce que dit un mois, un trimestre ou une année, en PDF',
  ],
  none: ['There is no report yet', 'Il n’y a pas encore de rapport'],
  noneHow: [
    'That of a month is built on the third of the next one; at once: smart-etl report build --period 2026-10',
    'Celui d’un mois est établi le trois du suivant ; sans attendre : smart-etl report build --period 2026-10',
  ],
  period: ['Period', 'Période'],
  documents: ['PDF', 'PDF'],
  runs: ['Runs', 'Exécutions'],
  failed: ['Failed', 'Échecs'],
  incidents: ['Incidents', 'Incidents'],
  inLanguage: [
    (language: 'en' | 'fr', pages: number) =>
      `${language === 'en' ? 'English' : 'French'}, ${pages} ${pages === 1 ? 'page' : 'pages'}`,
    (language: 'en' | 'fr', pages: number) =>
      `${language === 'en' ? 'anglais' : 'français'}, ${pages} ${pages < 2 ? 'page' : 'pages'}`,
  ],
  recommendationsOf: [
    (period: string) => `What the report of ${period} recommends`,
    (period: string) => `Ce que recommande le rapport ${period}`,
  ],
  recommendationsSubtitle: [
    'Most worthwhile first; the next report measures what came of it',
    'Du plus rentable au moins ; le rapport suivant mesure l’effet',
  ],
  noRecommendation: ['Nothing is recommended', 'Rien n’est recommandé'],
  what: ['What to do', 'Que faire'],
  gain: ['Gain in 30 days', 'Gain en 30 jours'],
  effort: ['Effort', 'Effort'],
  decision: ['Decision', 'Décision'],
  open: ['open', 'ouverte'],
  accepted: ['accepted', 'acceptée'],
  rejected: ['rejected', 'écartée'],
  done: ['done', 'faite'],
  by: [(who: string, why: string) => `${who}: ${why}`, (who: string, why: string) => `${who} : ${why}`],
  doAccepted: ['Accept', 'Accepter'],
  doRejected: ['Reject', 'Écarter'],
  doDone: ['Done', 'Fait'],
  doOpen: ['Open again', 'Rouvrir'],
  askAccepted: ['Accept the recommendation', 'Accepter la recommandation'],
  askRejected: ['Reject the recommendation', 'Écarter la recommandation'],
  askDone: ['It is done', 'C’est fait'],
  askOpen: ['Open the recommendation again', 'Rouvrir la recommandation'],
} as const;
