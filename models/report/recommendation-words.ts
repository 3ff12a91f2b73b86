import { kindName, metricName } from './names.ts';
import type { Recommendation } from './recommendation.ts';
import { clipped, type Writer } from './writer.ts';

/** A recommendation in words. */
export interface RecommendationText {
  /** What to do. */
  action: string;
  /** What it rests on. */
  evidence: string;
  /** What is gained in 30 days at most. */
  gain: string;
  /** How much work it is, and why so much. */
  effort: string;
}

/** @param nameOf names of jobs as people know them */
export function recommendationText(
  { kind, subject, effort, gain, gainUnit, evidence }: Recommendation,
  writer: Writer,
  nameOf: (job: string) => string,
): RecommendationText {
  const { say, number, percent, duration, hours } = writer;
  const value = (name: string): number => Number(evidence[name] ?? 0);
  const text = (name: string): string => String(evidence[name] ?? '');
  const job = (name: string): string => clipped(nameOf(text(name)), 40);
  const efforts = {
    small: say('small (hours)', 'faible (heures)'),
    medium: say('medium (days)', 'moyen (jours)'),
    large: say('large (weeks)', 'élevé (semaines)'),
  };
  const because = (en: string, fr: string): string =>
    say(`${efforts[effort]}: ${en}`, `${efforts[effort]} : ${fr}`);
  const units = {
    hours: hours(gain),
    failures: say(`${number(gain)} failures`, `${number(gain)} échecs`),
    messages: say(`${number(gain)} messages`, `${number(gain)} messages`),
    rows: say(`${number(gain)} rows`, `${number(gain)} lignes`),
    slots: say(`${number(gain)} slots`, `${number(gain)} créneaux`),
  };
  const upTo = say(`up to ${units[gainUnit]}`, `jusqu'à ${units[gainUnit]}`);
  switch (kind) {
    case 'repair-error': {
      const name =
        subject === ''
          ? say('failures without a text', 'échecs sans message')
          : `« ${clipped(subject, 70)} »`;
      const jobs = value('jobs');
      const before = (word: string): string =>
        evidence.runsBefore === undefined ? '' : ` (${number(value('runsBefore'))} ${word})`;
      return {
        action: say(
          `Repair the cause of ${subject === '' ? name : `“${clipped(subject, 70)}”`}`,
          `Corriger la cause de ${name}`,
        ),
        evidence: say(
          `${number(value('runs'))} failed runs${before('before')} of ${jobs === 1 ? `job ${job('job')}` : `${number(jobs)} jobs`}, ${hours(value('lostHours'))} of run time lost`,
          `${number(value('runs'))} exécutions en échec${before('avant')} ${jobs === 1 ? `du traitement ${job('job')}` : `de ${number(jobs)} traitements`}, ${hours(value('lostHours'))} perdues`,
        ),
        gain: upTo,
        effort:
          jobs <= 1
            ? because('one job, one error', 'un traitement, une erreur')
            : because(
                `one cause shared by ${number(jobs)} jobs`,
                `une cause commune à ${number(jobs)} traitements`,
              ),
      };
    }
    case 'find-failures':
      return {
        action: say(
          `Have the failures of ${clipped(nameOf(subject), 40)} noticed`,
          `Faire détecter les échecs de ${clipped(nameOf(subject), 40)}`,
        ),
        evidence: say(
          `of ${number(value('failed'))} failures ${number(value('found'))} opened an incident`,
          `sur ${number(value('failed'))} échecs, ${number(value('found'))} ont ouvert un incident`,
        ),
        gain: upTo,
        effort: because('limits and routes are settings', 'les seuils et les routes sont des réglages'),
      };
    case 'speed-up-query':
      return {
        action: say(
          `Speed up query ${subject} of ${job('job')}`,
          `Accélérer la requête ${subject} de ${job('job')}`,
        ),
        evidence: say(
          `${number(value('runs'))} runs took ${hours(value('hours'))}, the fastest ${duration(value('leastMs'))}`,
          `${number(value('runs'))} exécutions ont pris ${hours(value('hours'))}, la plus rapide ${duration(value('leastMs'))}`,
        ),
        gain: upTo,
        effort: because(
          'an index or a rewritten query, and its test',
          'un index ou une réécriture, et son test',
        ),
      };
    case 'steady-job':
      return {
        action: say(
          `Make the run time of ${clipped(nameOf(subject), 40)} steady`,
          `Stabiliser la durée de ${clipped(nameOf(subject), 40)}`,
        ),
        evidence: say(
          `half of its runs take ${duration(value('medianMs'))} or less, a tenth more than ${duration(value('p90Ms'))}`,
          `la moitié des exécutions prend au plus ${duration(value('medianMs'))}, une sur dix plus de ${duration(value('p90Ms'))}`,
        ),
        gain: upTo,
        effort: because('its cause has to be found first', "il faut d'abord trouver la cause"),
      };
    case 'spread-load': {
      const pair =
        text('job') === ''
          ? ''
          : say(
              `; ${job('job')} and ${job('otherJob')} meet ${number(value('times'))} times`,
              ` ; ${job('job')} et ${job('otherJob')} se croisent ${number(value('times'))} fois`,
            );
      return {
        action: say(`Spread the starts of jobs on ${subject}`, `Étaler les démarrages sur ${subject}`),
        evidence:
          say(
            `${percent(value('shared') / Math.max(1, value('runs')))} of its runs share it and take ${number(value('ratio'), 2)} times as long`,
            `${percent(value('shared') / Math.max(1, value('runs')))} des exécutions s'y chevauchent et durent ${number(value('ratio'), 2)} fois plus`,
          ) + pair,
        gain: upTo,
        effort: because(
          'starts are settings of the scheduler',
          "les horaires sont des réglages de l'ordonnanceur",
        ),
      };
    }
    case 'relieve-server':
      return {
        action: say(
          `Relieve ${text('host')}: ${metricName(text('metric'), writer)}`,
          `Soulager ${text('host')} : ${metricName(text('metric'), writer)}`,
        ),
        evidence: say(
          `at 90% or more in ${percent(value('fullShare'))} of the samples, at most ${number(value('most'), 1)}%`,
          `à 90 % ou plus dans ${percent(value('fullShare'))} des mesures, maximum ${number(value('most'), 1)} %`,
        ),
        gain: say(`up to ${hours(gain)} at the limit`, `jusqu'à ${hours(gain)} à la limite`),
        effort:
          effort === 'small'
            ? because('clean up or enlarge the disk', 'nettoyer ou agrandir le disque')
            : because(
                'hardware, or jobs that move to another server',
                'du matériel, ou des traitements à déplacer',
              ),
      };
    case 'mend-source':
      return {
        action: say(`Mend what ${subject} sends`, `Corriger ce qu'envoie ${subject}`),
        evidence: say(
          `${number(value('quarantined'))} rows refused (${percent(value('share'), 2)})${text('code') === '' ? '' : `, most often ${text('code')}`}`,
          `${number(value('quarantined'))} lignes refusées (${percent(value('share'), 2)})${text('code') === '' ? '' : `, surtout ${text('code')}`}`,
        ),
        gain: upTo,
        effort: because('its sender has to change it', "c'est à l'émetteur de changer"),
      };
    case 'keep-slots':
      return {
        action: say(
          `Have ${clipped(nameOf(subject), 40)} run when it is due`,
          `Faire tourner ${clipped(nameOf(subject), 40)} à l'heure`,
        ),
        evidence: say(
          `of ${number(value('slots'))} slots, late: ${number(value('late'))}, missing: ${number(value('missing'))}`,
          `sur ${number(value('slots'))} créneaux, en retard : ${number(value('late'))}, absents : ${number(value('missing'))}`,
        ),
        gain: upTo,
        effort: because('scheduler, upstream job or agreed time', 'ordonnanceur, amont ou heure convenue'),
      };
    default:
      return {
        action: say(
          `Send fewer messages about: ${kindName(subject, writer)}`,
          `Réduire les messages de type : ${kindName(subject, writer)}`,
        ),
        evidence: say(
          `${number(value('useful'))} of ${number(value('answers'))} answers found them useful, ${number(value('told'))} were told`,
          `${number(value('useful'))} réponses sur ${number(value('answers'))} les jugent utiles, ${number(value('told'))} annoncés`,
        ),
        gain: upTo,
        effort: because('a limit of one’s own: smart-etl override', 'un seuil propre : smart-etl override'),
      };
  }
}
