import type { Writer } from './writer.ts';

type Names = Readonly<Record<string, readonly [en: string, fr: string]>>;

const KINDS: Names = {
  crash: ['failed run', 'exécution en échec'],
  slow: ['slow run', 'exécution lente'],
  fast: ['suspiciously fast run', 'exécution anormalement rapide'],
  incomplete: ['incomplete data', 'données incomplètes'],
  transmission: ['damaged transmission', 'transmission défectueuse'],
  late: ['late run', 'exécution en retard'],
  missing: ['missing run', 'exécution absente'],
  extra: ['unexpected run', 'exécution inattendue'],
  overlap: ['overlapping runs', 'exécutions simultanées'],
  zombie: ['run without an end', 'exécution sans fin'],
  host: ['server in trouble', 'serveur en difficulté'],
  freshness: ['silent source', 'source muette'],
  quality: ['quality that fell', 'qualité en baisse'],
  risk: ['risk of failure', "risque d'échec"],
  drift: ['drift of the model', 'dérive du modèle'],
};
const SEVERITIES: Names = {
  critical: ['critical', 'critique'],
  major: ['major', 'majeur'],
  minor: ['minor', 'mineur'],
  warning: ['warning', 'avertissement'],
};
const METRICS: Names = {
  cpu_percent: ['processor', 'processeur'],
  memory_percent: ['memory', 'mémoire'],
  disk_used_percent: ['disk', 'disque'],
  io_wait_percent: ['waiting for disks', "attente d'E/S"],
};

const nameIn =
  (names: Names) =>
  (word: string, { language }: Writer): string =>
    names[word]?.[language === 'fr' ? 1 : 0] ?? word;

/** The name for people of a kind of finding; the word itself where there is none, as of the others. */
export const kindName = nameIn(KINDS);
export const severityName = nameIn(SEVERITIES);
export const metricName = nameIn(METRICS);
