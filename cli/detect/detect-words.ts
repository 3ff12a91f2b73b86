/** What is read of a replay, in two languages. Names of kinds and jobs are names and stay. */
const en = {
  title: (from: string, to: string) => `What detection would have told, ${from} to ${to}`,
  slots: (jobs: string, scheduled: string) => `  schedules  known of ${scheduled} of ${jobs} jobs in the end`,
  outcomes: (all: string, late: string, missing: string, extra: string) =>
    `  slots      ${all}: ${late} late, ${missing} missing; ${extra} runs nobody expected`,
  incidents: (incidents: string, perWeek: string, findings: string) =>
    `  incidents  ${incidents}, ${perWeek} a week, of ${findings} findings`,
  causes: (text: string) => `             ${text}`,
  messages: (sent: string, perWeek: string, events: string) =>
    `  messages   ${sent}, ${perWeek} a week${events === '' ? '' : `: ${events}`}`,
  kind: 'kind',
  kindTitles: ['findings', 'about', 'a week', 'found after', '(p95)', 'lasted'],
  subjects: 'the most findings',
  subjectTitles: ['findings', 'incidents'],
  others: (n: string) => `  … and ${n} more`,
  weeks: 'week of',
  weekTitles: ['findings', 'incidents', 'messages'],
  difference: 'With the other rules',
  differenceTitles: ['added', 'removed', 'earlier', 'later', 'same'],
  incidentsThen: (before: string, after: string) => `  incidents: ${after} instead of ${before}`,
  messagesThen: (before: string, after: string) => `  messages: ${after} instead of ${before}`,
  nothing: 'Nothing would have been told.',
  units: { s: 's', min: 'min', h: 'h', d: 'd' },
  locale: 'en-GB',
};

export type DetectWords = typeof en;

const fr: DetectWords = {
  title: (from, to) => `Ce que la détection aurait dit, du ${from} au ${to}`,
  slots: (jobs, scheduled) => `  horaires   connus de ${scheduled} traitements sur ${jobs} à la fin`,
  outcomes: (all, late, missing, extra) =>
    `  créneaux   ${all} : ${late} en retard, ${missing} manqués ; ${extra} passages imprévus`,
  incidents: (incidents, perWeek, findings) =>
    `  incidents  ${incidents}, ${perWeek} par semaine, de ${findings} constats`,
  causes: (text) => `             ${text}`,
  messages: (sent, perWeek, events) =>
    `  messages   ${sent}, ${perWeek} par semaine${events === '' ? '' : ` : ${events}`}`,
  kind: 'genre',
  kindTitles: ['constats', 'objets', 'par sem.', 'vu après', '(p95)', 'durée'],
  subjects: 'le plus de constats',
  subjectTitles: ['constats', 'incidents'],
  others: (n) => `  … et ${n} de plus`,
  weeks: 'semaine du',
  weekTitles: ['constats', 'incidents', 'messages'],
  difference: 'Avec les autres règles',
  differenceTitles: ['ajoutés', 'retirés', 'plus tôt', 'plus tard', 'mêmes'],
  incidentsThen: (before, after) => `  incidents : ${after} au lieu de ${before}`,
  messagesThen: (before, after) => `  messages : ${after} au lieu de ${before}`,
  nothing: "Rien n'aurait été dit.",
  units: { s: 's', min: 'min', h: 'h', d: 'j' },
  locale: 'fr-FR',
};

export const DETECT_WORDS = { en, fr };
