import type { GateCheck } from '../evaluation/gate-check.ts';
import { isSamePerson, type Vote } from '../promotion/approvals.ts';
import type { Move } from '../promotion/biggest-moves.ts';
import { movesText } from './champion-message.ts';
import { instantText, type Language, listed, type Message, oneLine } from './message.ts';

/** What a person has to know to decide about a promotion. */
export interface ApprovalAsked {
  version: number;
  kind: string;
  /** The champion it is to replace; null: none. */
  against: number | null;
  /** Of the gate, beside that champion; null: it has not judged it. */
  verdict: { verdict: 'promote' | 'keep' | 'undecided'; checks: readonly GateCheck[] } | null;
  /** Who approved already; one more has to. */
  approvals: readonly Pick<Vote, 'who' | 'why'>[];
  twoPeople: boolean;
  /** They were told before. */
  isReminder: boolean;
  /** Names of users who may decide; empty: not known here. */
  approvers: readonly string[];
  /** Epoch milliseconds. */
  decideBy: number;
  /** The jobs whose forecast changes most; null: not worked out. */
  moves: readonly Move[] | null;
}

/** A version waits for people: what the gate says, what it would change, who may decide, and how. */
export function approvalAskedMessage(asked: ApprovalAsked, language: Language, pageUrl: string): Message {
  const words = language === 'fr' ? FRENCH : ENGLISH;
  const { approvals, moves } = asked;
  const left = asked.approvers.filter((name) => !approvals.some(({ who }) => isSamePerson(who, name)));
  const said = approvals.map(({ who, why }) => `- ${words.said(oneLine(who, 80), oneLine(why))}`).join('\n');
  const parts = [
    words.waits(asked),
    said === '' ? '' : `${words.approved}\n${said}`,
    gateText(asked, language),
    moves === null ? '' : movesText(moves, language),
    left.length === 0
      ? words.mayByRole
      : `${words.may}\n${listed(left, (name) => `- ${name}`, language)}\n${words.mayToo}`,
    words.until(instantText(asked.decideBy)),
    words.how(asked.version),
    words.look(pageUrl),
  ];
  return { subject: words.subject(asked), text: parts.filter(Boolean).join('\n\n') };
}

/** What the gate said, and what it found beside the champion, in a sentence each. */
function gateText({ against, verdict }: ApprovalAsked, language: Language): string {
  const words = language === 'fr' ? FRENCH : ENGLISH;
  if (verdict === null) return words.notJudged(against);
  const found = verdict.checks.find(({ name }) => name === 'ranks-better-than-champion');
  const why = found === undefined ? '' : ` ${oneLine(found.explanation[language], 240)}`;
  return words.judged(words.verdicts[verdict.verdict], against) + why;
}

/** How the wait of a version ended without a promotion. */
export interface ApprovalOver {
  version: number;
  against: number | null;
  outcome: 'rejected' | 'expired' | 'failed';
  /** Who said no, or whose yes came to nothing; null: nobody decided. */
  who: string | null;
  /** Their reason, or why it could not be done. */
  why: string | null;
}

/** Nobody has to decide about a version any more: it was refused, or time ran out. */
export function approvalOverMessage(over: ApprovalOver, language: Language, pageUrl: string): Message {
  const words = language === 'fr' ? FRENCH : ENGLISH;
  return {
    subject: words.overSubject(over),
    text: [words.over(over), words.stays(over.against), words.look(pageUrl)].join('\n\n'),
  };
}

const ENGLISH = {
  subject: ({ version, approvals, isReminder }: ApprovalAsked) =>
    `${isReminder ? 'Still waiting' : 'Forecasting model'}: version ${version} ${
      approvals.length > 0 ? 'needs a second person' : 'needs approval'
    }`,
  waits: ({ version, kind, against, twoPeople }: ApprovalAsked) =>
    `Version ${version} (${kind}) is to ${against === null ? 'be the first model to serve' : `replace version ${against}`}. ${
      twoPeople ? 'Two different people have to approve' : 'Somebody has to approve'
    }; until then nothing changes.`,
  approved: 'Approved by:',
  said: (who: string, why: string) => `${who}: ${why}`,
  verdicts: { promote: 'promote', keep: 'keep the champion', undecided: 'undecided' },
  judged: (verdict: string, against: number | null) =>
    `The gate says of it: ${verdict}, ${against === null ? 'as nobody serves yet' : `against version ${against}`}.`,
  notJudged: (against: number | null) =>
    against === null
      ? 'The gate has not judged it.'
      : `The gate has not judged it against version ${against}.`,
  may: 'Who may decide:',
  mayToo: 'and whoever else has the role ml-engineer or admin.',
  mayByRole:
    'Who may decide: whoever has the role ml-engineer or admin; where nobody logs in, whoever gives a name.',
  until: (instant: string) => `Undecided until ${instant}, the champion stays.`,
  how: (version: number) =>
    `To approve: the button "Promote" on the page, or smart-etl model promote ${version} --who NAME --why REASON\nTo refuse: the button "Reject", or the same command with --reject`,
  look: (url: string) => `To look: ${url}`,
  overSubject: ({ version, outcome }: ApprovalOver) =>
    `Forecasting model: version ${version} ${
      { rejected: 'was rejected', expired: 'was not decided about', failed: 'could not be promoted' }[outcome]
    }`,
  over: ({ version, outcome, who, why }: ApprovalOver) =>
    outcome === 'rejected'
      ? `${who} rejected version ${version}.\nWhy: ${why}`
      : outcome === 'expired'
        ? `Nobody decided about version ${version} in time.`
        : `${who} approved version ${version}, but it could not be done: ${why}`,
  stays: (against: number | null): string =>
    against === null ? 'No model serves.' : 'The champion stays; nobody has to decide any more.',
};

const FRENCH: typeof ENGLISH = {
  subject: ({ version, approvals, isReminder }) =>
    `${isReminder ? 'Toujours en attente' : 'Modèle de prévision'} : la version ${version} attend ${
      approvals.length > 0 ? 'une deuxième personne' : 'une approbation'
    }`,
  waits: ({ version, kind, against, twoPeople }) =>
    `La version ${version} (${kind}) doit ${against === null ? 'être le premier modèle en service' : `remplacer la version ${against}`}. ${
      twoPeople ? 'Deux personnes différentes doivent approuver' : "Quelqu'un doit approuver"
    } ; d'ici là rien ne change.`,
  approved: 'Approuvée par :',
  said: (who, why) => `${who} : ${why}`,
  verdicts: { promote: 'promouvoir', keep: 'garder le champion', undecided: 'indécis' },
  judged: (verdict, against) =>
    `Le contrôle en dit : ${verdict}, ${against === null ? 'rien ne servant encore' : `face à la version ${against}`}.`,
  notJudged: (against) =>
    against === null
      ? "Le contrôle ne l'a pas jugée."
      : `Le contrôle ne l'a pas jugée face à la version ${against}.`,
  may: 'Qui peut décider :',
  mayToo: 'et quiconque a le rôle ml-engineer ou admin.',
  mayByRole:
    'Qui peut décider : quiconque a le rôle ml-engineer ou admin ; sans connexion, quiconque donne son nom.',
  until: (instant) => `Sans décision jusqu'au ${instant}, le champion reste.`,
  how: (version) =>
    `Pour approuver : le bouton « Promouvoir » de la page, ou smart-etl model promote ${version} --who NOM --why RAISON\nPour refuser : le bouton « Refuser », ou la même commande avec --reject`,
  look: (url) => `Pour regarder : ${url}`,
  overSubject: ({ version, outcome }) =>
    `Modèle de prévision : version ${version} ${
      { rejected: 'refusée', expired: 'restée sans décision', failed: "n'a pas pu être promue" }[outcome]
    }`,
  over: ({ version, outcome, who, why }) =>
    outcome === 'rejected'
      ? `${who} a refusé la version ${version}.\nPourquoi : ${why}`
      : outcome === 'expired'
        ? `Personne n'a décidé de la version ${version} à temps.`
        : `${who} a approuvé la version ${version}, mais cela n'a pas pu se faire : ${why}`,
  stays: (against) =>
    against === null ? "Aucun modèle n'est en service." : "Le champion reste ; il n'y a plus rien à décider.",
};
