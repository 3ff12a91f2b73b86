import type { Say } from './language.ts';

/** The words of the database as people read them, the same on every dashboard. */
export const statusWords = (say: Say) => ({
  succeeded: say('succeeded', 'réussies'),
  failed: say('failed', 'en échec'),
  cancelled: say('cancelled', 'annulées'),
  running: say('running', 'en cours'),
});

export const outcomeWords = (say: Say) => ({
  met: say('met', 'tenus'),
  late: say('late', 'en retard'),
  missing: say('missing', 'manqués'),
  extra: say('extra', 'en trop'),
  waived: say('waived', 'levés'),
});

export const severityWords = (say: Say) => ({
  critical: say('critical', 'critique'),
  major: say('major', 'majeur'),
  minor: say('minor', 'mineur'),
  warning: say('warning', 'avertissement'),
});

export const incidentStateWords = (say: Say) => ({
  open: say('open', 'ouvert'),
  notified: say('told', 'annoncé'),
  acknowledged: say('acknowledged', 'pris en charge'),
  escalated: say('escalated', 'escaladé'),
  resolved: say('over', 'terminé'),
});

export const findingWords = (say: Say) => ({
  crash: say('failed', 'échec'),
  slow: say('slow', 'lenteur'),
  fast: say('too fast', 'trop rapide'),
  incomplete: say('incomplete', 'incomplet'),
  transmission: say('transmission', 'transmission'),
  late: say('late', 'retard'),
  missing: say('missing', 'manquant'),
  extra: say('extra', 'en trop'),
  overlap: say('overlap', 'chevauchement'),
  zombie: say('never ended', 'jamais terminé'),
  host: say('server', 'serveur'),
  freshness: say('silent source', 'source muette'),
  quality: say('quality', 'qualité'),
  risk: say('risk', 'risque'),
  drift: say('drift', 'dérive'),
});

export const verdictWords = (say: Say) => ({
  promote: say('promote', 'promouvoir'),
  keep: say('keep the champion', 'garder le champion'),
  undecided: say('undecided', 'indécis'),
});

/** The colour of each state, wherever it is drawn. */
export const STATUS_COLOURS = {
  succeeded: 'green',
  failed: 'red',
  cancelled: 'orange',
  running: 'blue',
} as const;

export const OUTCOME_COLOURS = {
  met: 'green',
  late: 'orange',
  missing: 'red',
  extra: 'purple',
  waived: 'blue',
} as const;

export const noClosedForecast = (say: Say): string =>
  say(
    'No forecast of this time has its week behind it: not enough data to say',
    'Aucune prévision de la période n’a sa semaine derrière elle : pas assez de données',
  );
