import { MOST_DAYS } from '../features/disk-full.ts';
import { MOST_DAYS_SINCE_CHANGE } from '../features/outside-facts.ts';
import { comma, plural, pluralFr, tenth, whole } from './reason-numbers.ts';
import type { Sentence, Speaker } from './sentence.ts';

/** A disk that is full later than this is no news beside how full it is. */
const SOON_DAYS = 14;

const fullIn = (days: number): Sentence => {
  if (days < 1) return { en: 'full within a day', fr: "plein d'ici un jour" };
  const more = days >= MOST_DAYS;
  return {
    en: `full in ${whole(days)} ${plural(Math.round(days), 'day', 'days')}${more ? ' or more' : ''}`,
    fr: `plein dans ${whole(days)} ${pluralFr(Math.round(days), 'jour', 'jours')}${more ? ' ou plus' : ''}`,
  };
};

const diskFull: Speaker = (value, { host }) => {
  const days = value('host_disk_days_to_full');
  if (Number.isNaN(days)) {
    return { en: 'the disk of the host is not filling up', fr: 'le disque du serveur ne se remplit pas' };
  }
  const full = fullIn(days);
  return { en: `disk of ${host} ${full.en}`, fr: `disque de ${host} ${full.fr}` };
};

const resource =
  (key: string, en: string, fr: string): Speaker =>
  (value, { host }) => {
    const peak = value(`host_${key}_peak`);
    const trend = value(`host_${key}_trend`);
    if (Number.isNaN(peak)) return { en: `${en} of the host is not known`, fr: `${fr} du serveur inconnu` };
    const level = { en: `${en} of ${host} at ${whole(peak)} %`, fr: `${fr} de ${host} à ${whole(peak)} %` };
    const days = key === 'disk' ? value('host_disk_days_to_full') : Number.NaN;
    if (days <= SOON_DAYS) {
      const full = fullIn(days);
      return { en: `${level.en}, ${full.en}`, fr: `${level.fr}, ${full.fr}` };
    }
    if (!(trend >= 0.5)) return level;
    return {
      en: `${level.en}, rising ${tenth(trend)} points a day`,
      fr: `${level.fr}, en hausse de ${comma(tenth(trend))} points par jour`,
    };
  };

const peakOfWeek =
  (key: string, en: string, fr: string): Speaker =>
  (value, { host }) => {
    const peak = value(`host_${key}_peak_7d`);
    if (Number.isNaN(peak)) return { en: `${en} of the host is not known`, fr: `${fr} du serveur inconnu` };
    return {
      en: `${en} of ${host} up to ${whole(peak)} % in the last 7 days`,
      fr: `${fr} de ${host} jusqu'à ${whole(peak)} % ces 7 derniers jours`,
    };
  };

const refusedRows: Speaker = (value) => {
  const share = value('source_refused_share_7d');
  if (Number.isNaN(share)) {
    return { en: 'refused rows of its source are not known', fr: 'lignes refusées de sa source inconnues' };
  }
  return {
    en: `${tenth(100 * share)} % of the rows of its source were refused in the last 7 days`,
    fr: `${comma(tenth(100 * share))} % des lignes de sa source refusées ces 7 derniers jours`,
  };
};

const completeness: Speaker = (value) => {
  const share = value('source_completeness_7d');
  if (Number.isNaN(share)) {
    return { en: 'what its source leaves out is not known', fr: 'lacunes de sa source inconnues' };
  }
  return {
    en: `its source told ${tenth(100 * share)} % of the values expected in the last 7 days`,
    fr: `${comma(tenth(100 * share))} % des valeurs attendues de sa source renseignées ces 7 derniers jours`,
  };
};

const delay: Speaker = (value) => {
  const seconds = Math.expm1(value('source_delay_7d'));
  if (Number.isNaN(seconds)) {
    return {
      en: 'delay of the files of its source not known',
      fr: 'retard des fichiers de sa source inconnu',
    };
  }
  const [amount, unit] = seconds < 90 * 60 ? [tenth(seconds / 60), 'min'] : [tenth(seconds / 3600), 'h'];
  return {
    en: `files of its source arrive ${amount} ${unit} after what they tell`,
    fr: `les fichiers de sa source arrivent ${comma(amount)} ${unit} après les faits`,
  };
};

const change =
  (feature: string, what: Sentence, changed: Sentence): Speaker =>
  (value) => {
    const days = value(feature);
    if (Number.isNaN(days))
      return { en: `no change of ${what.en} known`, fr: `aucun changement ${what.fr} connu` };
    if (days >= MOST_DAYS_SINCE_CHANGE) {
      return {
        en: `no change of ${what.en} for ${MOST_DAYS_SINCE_CHANGE} days`,
        fr: `aucun changement ${what.fr} depuis ${MOST_DAYS_SINCE_CHANGE} jours`,
      };
    }
    return {
      en: `${changed.en} ${tenth(days)} ${tenth(days) === '1' ? 'day' : 'days'} ago`,
      fr: `${changed.fr} il y a ${comma(tenth(days))} ${pluralFr(days, 'jour', 'jours')}`,
    };
  };

/** What is told of servers, sources and changes; first match wins. */
export const outsideSpeakers: [pattern: RegExp, speaker: Speaker][] = [
  [/^host_disk_days_to_full$/, diskFull],
  [/^host_cpu_peak_7d$/, peakOfWeek('cpu', 'processor', 'processeur')],
  [/^host_memory_peak_7d$/, peakOfWeek('memory', 'memory', 'mémoire')],
  [/^host_disk_peak_7d$/, peakOfWeek('disk', 'disk', 'disque')],
  [/^host_cpu/, resource('cpu', 'processor', 'processeur')],
  [/^host_memory/, resource('memory', 'memory', 'mémoire')],
  [/^host_disk/, resource('disk', 'disk', 'disque')],
  [/^source_refused/, refusedRows],
  [/^source_completeness/, completeness],
  [/^source_delay/, delay],
  [
    /^days_since_contract_change$/,
    change(
      'days_since_contract_change',
      { en: "its source's contract", fr: 'du contrat de sa source' },
      { en: 'the contract of its source changed', fr: 'le contrat de sa source a changé' },
    ),
  ],
  [
    /^days_since_version_change$/,
    change(
      'days_since_version_change',
      { en: 'its version', fr: 'de version' },
      { en: 'a new version of the job came', fr: 'une nouvelle version du traitement est arrivée' },
    ),
  ],
];
