import type { Incident } from '../api/contract/incidents.ts';
import type { Language } from './words.ts';

type Finding = Incident['findings'][number];
type Cause = Incident['causes'][number];
type Pair<T = string> = readonly [en: T, fr: T];

const KINDS: Record<Finding['kind'], Pair> = {
  crash: ['failed', 'en échec'],
  slow: ['slow', 'lent'],
  fast: ['suspiciously fast', 'étrangement rapide'],
  incomplete: ['incomplete', 'incomplet'],
  transmission: ['damaged in transmission', 'transmission endommagée'],
  late: ['late', 'en retard'],
  missing: ['did not run', 'n’a pas tourné'],
  extra: ['ran unexpectedly', 'a tourné sans être attendu'],
  overlap: ['runs twice at once', 'tourne en double'],
  zombie: ['never ended', 'jamais terminé'],
  host: ['server in trouble', 'serveur en difficulté'],
  freshness: ['tells nothing', 'ne dit plus rien'],
  quality: ['quality fell', 'qualité en baisse'],
  risk: ['forecast to fail', 'échec prévu'],
  drift: ['no longer what it was', 'n’est plus ce qu’il était'],
};

const SEVERITIES: Record<Incident['severity'], Pair> = {
  critical: ['critical', 'critique'],
  major: ['major', 'majeur'],
  minor: ['minor', 'mineur'],
  warning: ['warning', 'avertissement'],
};

const CAUSES: Record<Cause['kind'], Pair<(name: string) => string>> = {
  itself: [(name) => name, (name) => name],
  host: [(name) => `server ${name}`, (name) => `serveur ${name}`],
  upstream: [(name) => `${name}, which they follow`, (name) => `${name}, dont ils dépendent`],
  source: [(name) => `source ${name}`, (name) => `source ${name}`],
  'error-family': [(name) => `the same error: ${name}`, (name) => `la même erreur : ${name}`],
  schedule: [() => 'nobody starts the jobs', () => 'plus rien ne lance les traitements'],
};

const COURSES: Record<Finding['course'], Pair | null> = {
  new: null,
  chronic: ['for long', 'de longue date'],
  flapping: ['comes and goes', 'intermittent'],
};

const STATES: Record<Incident['state'], Pair> = {
  open: ['open', 'ouvert'],
  notified: ['people were told', 'équipe prévenue'],
  acknowledged: ['taken on', 'pris en charge'],
  escalated: ['escalated', 'escaladé'],
  resolved: ['over', 'terminé'],
};

const ROLES: Record<Finding['role'], Pair> = {
  cause: ['cause', 'cause'],
  symptom: ['symptom', 'symptôme'],
  consequence: ['consequence', 'conséquence'],
};

const side = (language: Language): 0 | 1 => (language === 'en' ? 0 : 1);

export const KIND_NAMES = Object.keys(KINDS) as Finding['kind'][];
export const SEVERITY_NAMES = Object.keys(SEVERITIES) as Incident['severity'][];

export const kindText = (kind: Finding['kind'], language: Language): string => KINDS[kind][side(language)];
export const roleText = (role: Finding['role'], language: Language): string => ROLES[role][side(language)];

/** How far people are with it: `taken on by Ann`. */
export function stateText(
  { state, acknowledgedBy }: Pick<Incident, 'state' | 'acknowledgedBy'>,
  language: Language,
): string {
  const text = STATES[state][side(language)];
  if (state !== 'acknowledged' || acknowledgedBy === null) return text;
  return `${text} ${language === 'en' ? 'by' : 'par'} ${acknowledgedBy}`;
}

/** A probable cause: `server etl-02`. */
export const oneCauseText = ({ kind, name }: Cause, language: Language): string =>
  CAUSES[kind][side(language)](name);

/** What is wrong: `late`, `failed, comes and goes`. */
export function findingText({ kind, course }: Finding, language: Language): string {
  return [KINDS[kind], COURSES[course]].flatMap((pair) => (pair ? [pair[side(language)]] : [])).join(', ');
}

export const severityText = (severity: Incident['severity'], language: Language): string =>
  SEVERITIES[severity][side(language)];

/** The likeliest cause, where it is another than the job itself; null otherwise. */
export function causeText({ causes: [cause] }: Incident, language: Language): string | null {
  if (cause === undefined || cause.kind === 'itself') return null;
  return CAUSES[cause.kind][side(language)](cause.name);
}
