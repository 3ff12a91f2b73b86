import type { FindingKind, Subject } from '../detect/finding.ts';
import type { CauseKind, Severity } from '../detect/incidents/incident.ts';
import type { IncidentEvent } from './incident-story.ts';
import type { Language } from './message.ts';

type Words<Key extends string> = Record<Key, Record<Language, string>>;

export const SEVERITY_WORDS: Words<Severity> = {
  critical: { en: 'Critical', fr: 'Critique' },
  major: { en: 'Major', fr: 'Majeur' },
  minor: { en: 'Minor', fr: 'Mineur' },
  warning: { en: 'Warning', fr: 'Attention' },
};

/** What stands before the subject when it is not the first message. */
export const EVENT_WORDS: Words<Exclude<IncidentEvent, 'opened'>> = {
  worsened: { en: 'Worse', fr: 'Aggravé' },
  reminder: { en: 'Still', fr: 'Toujours' },
  escalated: { en: 'Nobody has taken it', fr: "Personne ne s'en occupe" },
  resolved: { en: 'Over', fr: 'Rétabli' },
};

/** Said of a job, a server or a source: `orders: failed`. */
export const KIND_WORDS: Words<FindingKind> = {
  crash: { en: 'failed', fr: 'en échec' },
  slow: { en: 'takes too long', fr: 'trop lent' },
  fast: { en: 'suspiciously fast', fr: 'anormalement rapide' },
  incomplete: { en: 'incomplete', fr: 'incomplet' },
  transmission: { en: 'damaged in transmission', fr: 'endommagé à la transmission' },
  late: { en: 'late', fr: 'en retard' },
  missing: { en: 'did not run', fr: "n'a pas été exécuté" },
  extra: { en: 'ran when nobody expected it', fr: 'exécution inattendue' },
  overlap: { en: 'two runs at once', fr: 'deux exécutions à la fois' },
  zombie: { en: 'began and never ended', fr: 'commencé, jamais terminé' },
  host: { en: 'server in trouble', fr: 'serveur en difficulté' },
  freshness: { en: 'nothing new comes', fr: "rien de nouveau n'arrive" },
  quality: { en: 'quality has dropped', fr: 'qualité en baisse' },
  risk: { en: 'likely to fail', fr: 'échec probable' },
  drift: { en: 'no longer what it was', fr: "n'est plus ce qu'il était" },
};

/** Variants that have words; another one is shown as it is. */
const VARIANT_WORDS: Record<string, Record<Language, string>> = {
  truncated: { en: 'truncated', fr: 'tronqué' },
  checksum: { en: 'wrong checksum', fr: 'somme de contrôle fausse' },
  'sequence-gap': { en: 'gap in the sequence', fr: 'trou dans la séquence' },
  'schema-changed': { en: 'the schema changed', fr: 'le schéma a changé' },
  'quarantine-limit': { en: 'too many rows refused', fr: 'trop de lignes refusées' },
  'source-unreadable': { en: 'cannot be read', fr: 'illisible' },
  'model-unusable': { en: 'its champion cannot be used', fr: 'son champion est inutilisable' },
  'worse-than-rate': { en: 'worse than a base rate', fr: "moins bon qu'un taux de base" },
  'other-outcomes': { en: 'same data, other outcomes', fr: 'mêmes données, autres issues' },
  'promise-broken': { en: 'worth less than it promised', fr: 'vaut moins que promis' },
  'data-moved': { en: 'its data moved', fr: 'ses données ont changé' },
  'disk-full': { en: 'disk full soon', fr: 'disque bientôt plein' },
  cpu: { en: 'processor', fr: 'processeur' },
  memory: { en: 'memory', fr: 'mémoire' },
  repeated: { en: 'sent again', fr: 'renvoyé' },
  empty: { en: 'empty', fr: 'vide' },
  unreadable: { en: 'unreadable', fr: 'illisible' },
  volume: { en: 'volume', fr: 'volume' },
  completeness: { en: 'completeness', fr: 'complétude' },
  uniqueness: { en: 'uniqueness', fr: 'unicité' },
  validity: { en: 'validity', fr: 'validité' },
  silent: { en: 'silent', fr: 'muet' },
  stale: { en: 'old data', fr: 'données anciennes' },
  flat: { en: 'the metric does not move', fr: 'la mesure ne bouge plus' },
  disk: { en: 'disk', fr: 'disque' },
  io: { en: 'waiting for disks', fr: 'attente des disques' },
  load: { en: 'load', fr: 'charge' },
  network: { en: 'network', fr: 'réseau' },
  other: { en: 'another metric', fr: 'autre mesure' },
  running: { en: 'still running', fr: 'encore en cours' },
  'not-started': { en: 'not started', fr: 'pas commencé' },
  'not-ended': { en: 'not ended', fr: 'pas terminé' },
  'came-late': { en: 'came late', fr: 'venu en retard' },
  overtaken: { en: 'the next one has run', fr: 'le suivant a tourné' },
  'past-any-end': { en: 'past any usual end', fr: 'au-delà de toute fin habituelle' },
  'expected-rows': { en: 'fewer rows than expected', fr: "moins de lignes qu'attendu" },
  'usual-rows': { en: 'fewer rows than usual', fr: "moins de lignes que d'habitude" },
  'rows-read': { en: 'fewer rows read than usual', fr: "moins de lignes lues que d'habitude" },
  'least-rows': { en: 'fewer rows than allowed', fr: 'moins de lignes que le minimum' },
  files: { en: 'files are missing', fr: 'fichiers manquants' },
};

export const variantText = (variant: string, language: Language): string =>
  VARIANT_WORDS[variant]?.[language] ?? variant.replaceAll('-', ' ');

/** It has no other cause, by what it is. */
export const ITSELF_WORDS: Words<Subject['type']> = {
  job: { en: 'the job itself', fr: 'le traitement lui-même' },
  host: { en: 'the server itself', fr: 'le serveur lui-même' },
  source: { en: 'the source itself', fr: 'la source elle-même' },
  model: { en: 'the model itself', fr: 'le modèle lui-même' },
};

/** What is likely behind it, before its name. */
export const CAUSE_WORDS: Words<Exclude<CauseKind, 'itself'>> = {
  host: { en: 'the server', fr: 'le serveur' },
  upstream: { en: 'the job before it', fr: 'le traitement en amont' },
  source: { en: 'the source', fr: 'la source' },
  'error-family': { en: 'one error', fr: 'une même erreur' },
  schedule: { en: 'the scheduler', fr: "l'ordonnanceur" },
};
