import { actPage, escaped } from '../acts/act-page.ts';
import type { Language } from '../page/page-language.ts';

const TEXTS = {
  title: { en: 'Log in to Smart ETL', fr: 'Connexion à Smart ETL' },
  name: { en: 'Name', fr: 'Nom' },
  password: { en: 'Password', fr: 'Mot de passe' },
  button: { en: 'Log in', fr: 'Se connecter' },
  openId: { en: 'Log in with your company account', fr: 'Se connecter avec le compte de l’entreprise' },
  wrong: { en: 'Name or password is not right.', fr: 'Nom ou mot de passe incorrect.' },
  later: {
    en: 'Too many attempts. Try again in a few minutes.',
    fr: 'Trop de tentatives. Réessayez dans quelques minutes.',
  },
  away: {
    en: 'Nobody can log in just now: what it needs does not answer. Try again in a moment.',
    fr: 'Connexion impossible à l’instant : ce qu’il faut ne répond pas. Réessayez dans un instant.',
  },
  'other-site': {
    en: 'Another site sent this form. Log in here.',
    fr: 'Ce formulaire vient d’un autre site. Connectez-vous ici.',
  },
  'no-role': {
    en: 'You are known, but no role is given to you here. Ask an administrator.',
    fr: 'Vous êtes connu, mais aucun rôle ne vous est donné ici. Adressez-vous à un administrateur.',
  },
  'open-id-failed': {
    en: 'The company account did not let you in. Try again.',
    fr: 'Le compte de l’entreprise n’a pas permis la connexion. Réessayez.',
  },
} as const;

export type LoginNotice = 'wrong' | 'later' | 'away' | 'other-site' | 'no-role' | 'open-id-failed';

/** The page to log in, without a script; `next` is where they wanted to go. */
export function loginPage(
  language: Language,
  { next, notice, hasOpenId }: { next: string; notice: LoginNotice | null; hasOpenId: boolean },
): string {
  const text = (key: keyof typeof TEXTS): string => escaped(TEXTS[key][language]);
  const field = (name: string, label: string, attributes: string): string =>
    `<p><label>${label}<input name="${name}" ${attributes} required></label></p>`;
  const form =
    `<form method="post" action="/login"><input type="hidden" name="next" value="${escaped(next)}">` +
    field('name', text('name'), 'maxlength="100" autocomplete="username" autocapitalize="none" autofocus') +
    field('password', text('password'), 'type="password" maxlength="200" autocomplete="current-password"') +
    `<button>${text('button')}</button></form>`;
  const link = hasOpenId
    ? `<p><a href="/login/openid?next=${escaped(encodeURIComponent(next))}">${text('openId')}</a></p>`
    : '';
  const said = notice === null ? '' : `<p role="alert"><strong>${text(notice)}</strong></p>`;
  return actPage(language, TEXTS.title[language], [], said + link + form);
}

/** Where to go after the log-in: an address of ours, whatever was asked for. */
export function ownAddress(asked: unknown): string {
  // A browser reads "//host" and "/\host" as another site.
  return typeof asked === 'string' && asked.length <= 2_000 && /^\/(?![/\\])[\x21-\x7e]*$/.test(asked)
    ? asked
    : '/';
}
