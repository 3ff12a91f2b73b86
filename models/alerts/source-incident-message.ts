import { instantText, type Language, type Message, oneLine } from './message.ts';

type Kind = 'schema-changed' | 'quarantine-limit' | 'source-unreadable';

/** What happened, and what the reader can do next. */
const WORDS: Record<Kind, Record<Language, { what: string; next: string }>> = {
  'schema-changed': {
    en: {
      what: 'its files no longer match the contract',
      next: 'The file is held, nothing of it is loaded. Compare with `smart-etl contract check`, then accept a new version of the contract or refuse the file with `smart-etl contract refuse` and have it sent again.',
    },
    fr: {
      what: 'ses fichiers ne respectent plus le contrat',
      next: "Le fichier est retenu, rien n'en est chargé. Comparez avec `smart-etl contract check`, puis acceptez une nouvelle version du contrat ou refusez le fichier avec `smart-etl contract refuse` et faites-le renvoyer.",
    },
  },
  'quarantine-limit': {
    en: {
      what: 'too many rows are refused, its intake has stopped',
      next: 'Look at the rows with `smart-etl quarantine show`, then let it go on with `smart-etl quarantine release`.',
    },
    fr: {
      what: 'trop de lignes sont refusées, la collecte est arrêtée',
      next: 'Regardez les lignes avec `smart-etl quarantine show`, puis relancez avec `smart-etl quarantine release`.',
    },
  },
  'source-unreadable': {
    en: { what: 'it cannot be read', next: 'It is tried again and again; nothing is lost meanwhile.' },
    fr: {
      what: 'elle est illisible',
      next: "De nouveaux essais ont lieu sans cesse ; rien n'est perdu entre-temps.",
    },
  },
};

/** Lines of the detail that a mail shows. */
const DETAIL_LINES = 10;

/** Tells that something is wrong with a source, and what to do. */
export function sourceIncidentOpenedMessage(
  { kind, source, detail, atMs }: { kind: Kind; source: string; detail: string; atMs: number },
  language: Language,
  pageUrl: string,
): Message {
  const { what, next } = WORDS[kind][language];
  const lines = detail
    .split('\n')
    .slice(0, DETAIL_LINES)
    .map((line) => `    ${oneLine(line, 300)}`);
  const [subject, look, over] =
    language === 'fr'
      ? [`Source ${source} : ${what}`, 'Pour regarder', 'Vous recevrez un message quand ce sera rétabli.']
      : [`Source ${source}: ${what}`, 'To look', 'You will be told when it is over.'];
  return {
    subject,
    text: [
      `${subject} (${instantText(atMs)}).`,
      lines.join('\n'),
      next,
      `${over}\n${look}${language === 'fr' ? ' ' : ''}: ${pageUrl}`,
    ].join('\n\n'),
  };
}

/** Tells that it is over. */
export function sourceIncidentResolvedMessage(
  { kind, source, openedAtMs, atMs }: { kind: Kind; source: string; openedAtMs: number; atMs: number },
  language: Language,
  pageUrl: string,
): Message {
  const { what } = WORDS[kind][language];
  const [since, until] = [instantText(openedAtMs), instantText(atMs)];
  return language === 'fr'
    ? {
        subject: `Rétabli : source ${source}`,
        text: `De ${since} à ${until} : ${what}. C'est rétabli.\n\nPour regarder : ${pageUrl}`,
      }
    : {
        subject: `Recovered: source ${source}`,
        text: `From ${since} to ${until}: ${what}. This is over.\n\nTo look: ${pageUrl}`,
      };
}
