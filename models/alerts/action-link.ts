import type { Language } from './message.ts';

/** What a link in a message can do. */
export const LINK_ACTIONS = ['acknowledge', 'silence', 'rerun', 'waive', 'useful', 'not-useful'] as const;
export type LinkAction = (typeof LINK_ACTIONS)[number];

/** Hours for which a link offers to silence. */
export const SILENCE_HOURS = [1, 8, 24] as const;

/** A link that acts on an incident, for those whom one channel reaches. */
export interface ActionLink {
  action: LinkAction;
  incidentId: number;
  /** From when on it does nothing any more, epoch seconds. */
  expiryS: number;
  /** Name of the channel whose message it is in. */
  channel: string;
}

/** The text that is signed. No field can be mistaken for another: none but the last may hold a line break. */
export const signedText = ({ action, incidentId, expiryS, channel }: ActionLink): string =>
  ['smart-etl act 1', action, incidentId, expiryS, channel].join('\n');

/** Path and query of a link. */
export const linkPath = (link: ActionLink, signature: string): string =>
  `/act/${link.action}/${link.incidentId}/${link.expiryS}/${signature}?to=${encodeURIComponent(link.channel)}`;

/** What a link is for, in words. */
export interface LinkWords {
  title: string;
  /** Of the button; for a silence of the button of so many hours. */
  button: (hours: number) => string;
  done: string;
}

const fixed = (text: string) => () => text;
const WORDS: Record<LinkAction, Record<Language, LinkWords>> = {
  acknowledge: {
    en: { title: 'Take on this incident', button: fixed('I look after it'), done: 'Thank you: it is yours.' },
    fr: {
      title: 'Prendre en charge cet incident',
      button: fixed('Je m’en occupe'),
      done: 'Merci : il est à vous.',
    },
  },
  silence: {
    en: {
      title: 'Silence this incident',
      button: (hours) => `Silence for ${hours} h`,
      done: 'No reminders until then. You will still be told when it is over.',
    },
    fr: {
      title: 'Mettre cet incident en sourdine',
      button: (hours) => `Sourdine pendant ${hours} h`,
      done: 'Pas de rappel d’ici là. La fin vous sera tout de même annoncée.',
    },
  },
  rerun: {
    en: {
      title: 'Run all its victims again',
      button: fixed('Run them again'),
      done: 'They run again, those that others follow first.',
    },
    fr: {
      title: 'Relancer tous les traitements touchés',
      button: fixed('Relancer'),
      done: 'Ils sont relancés, ceux dont d’autres dépendent d’abord.',
    },
  },
  waive: {
    en: {
      title: 'Waive this incident',
      button: fixed('Waive it'),
      done: 'What is wrong now will not be told again. What begins anew will.',
    },
    fr: {
      title: 'Renoncer à cet incident',
      button: fixed('Y renoncer'),
      done: 'Ce qui ne va pas maintenant ne sera plus signalé. Ce qui recommencera le sera.',
    },
  },
  useful: {
    en: {
      title: 'Was it useful to be told?',
      button: fixed('It was useful'),
      done: 'Thank you for saying so.',
    },
    fr: {
      title: 'Ce message était-il utile ?',
      button: fixed('Il était utile'),
      done: 'Merci de l’avoir dit.',
    },
  },
  'not-useful': {
    en: {
      title: 'Was it useful to be told?',
      button: fixed('It was not useful'),
      done: 'Thank you for saying so.',
    },
    fr: {
      title: 'Ce message était-il utile ?',
      button: fixed('Il n’était pas utile'),
      done: 'Merci de l’avoir dit.',
    },
  },
};

export const linkWords = (action: LinkAction, language: Language): LinkWords => WORDS[action][language];
