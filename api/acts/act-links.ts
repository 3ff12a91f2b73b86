import { createHmac } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Config } from '../../config.ts';
import {
  type ActionLink,
  LINK_ACTIONS,
  type LinkAction,
  linkWords,
  SILENCE_HOURS,
  signedText,
} from '../../models/alerts/action-link.ts';
import { isSameSecret } from '../access/access.ts';
import { formOf, takeForms } from '../http/form-body.ts';
import { ProblemError } from '../http/problem.ts';
import { type Language, languageOf } from '../page/page-language.ts';
import { ACT_PAGE_POLICY, actForm, actPage } from './act-page.ts';
import { type ActContext, actOnIncident, keepFeedback } from './incident-actions.ts';

const ACT_PATH = '/act/:action/:incident/:expiry/:signature';
const LONGEST_CHANNEL = 200;

const TEXTS = {
  incident: { en: (id: number) => `Incident ${id}`, fr: (id: number) => `Incident ${id}` },
  name: { en: 'Your name (optional)', fr: 'Votre nom (facultatif)' },
  wrong: { en: 'This link is not valid', fr: 'Ce lien n’est pas valable' },
  old: { en: 'This link is too old', fr: 'Ce lien est trop ancien' },
  oldHow: { en: 'Act on the page instead.', fr: 'Agissez plutôt depuis la page.' },
  over: { en: 'This incident is over', fr: 'Cet incident est terminé' },
  later: { en: 'That did not work just now', fr: 'Cela n’a pas marché à l’instant' },
  laterHow: { en: 'Try again in a moment.', fr: 'Réessayez dans un instant.' },
  byLink: { en: 'by the link in a message', fr: 'par le lien d’un message' },
} as const;

/**
 * Links in messages. To look at one changes nothing, because mail scanners look at all of them; its button acts, with
 * no more log-in than the signature: that is for one action, one incident, one channel and a week.
 */
export function addActLinks(
  app: FastifyInstance,
  {
    config,
    now,
    ...context
  }: ActContext & { config: Pick<Config, 'linkKey' | 'language'>; now: () => number },
): void {
  app.register(async (scope) => {
    takeForms(scope);
    scope.get(ACT_PATH, async (request, reply) => {
      const { link, language, problem } = read(request);
      if (problem !== null) return send(reply, problem.status, problem.html);
      const words = linkWords(link.action, language);
      const buttons = (link.action === 'silence' ? SILENCE_HOURS : [0]).map((hours) => ({
        value: String(hours),
        text: words.button(hours),
      }));
      const form = actForm(TEXTS.name[language], buttons);
      return send(
        reply,
        200,
        actPage(language, words.title, [TEXTS.incident[language](link.incidentId)], form),
      );
    });
    scope.post(ACT_PATH, async (request, reply) => {
      const { link, language, problem } = read(request);
      if (problem !== null) return send(reply, problem.status, problem.html);
      const form = formOf(request);
      const who = form.get('who')?.replaceAll('\0', '').trim().slice(0, 200) || link.channel;
      const hours = Number(form.get('choice'));
      try {
        const lines = await act(link, who, hours, language);
        return send(reply, 200, actPage(language, linkWords(link.action, language).done, lines));
      } catch (error) {
        if (!(error instanceof ProblemError)) throw error;
        const { status } = error.problem;
        const [title, line] =
          status === 409
            ? [TEXTS.over[language], TEXTS.incident[language](link.incidentId)]
            : [TEXTS.later[language], status === 503 ? TEXTS.laterHow[language] : error.problem.detail];
        return send(reply, status, actPage(language, title, [line]));
      }
    });
  });

  async function act(link: ActionLink, who: string, hours: number, language: Language): Promise<string[]> {
    const { action, incidentId, channel } = link;
    if (action === 'useful' || action === 'not-useful') {
      await keepFeedback(context, { incidentId, channel, who, useful: action === 'useful' });
      return [];
    }
    const known = SILENCE_HOURS.find((offered) => offered === hours) ?? SILENCE_HOURS[0];
    const word = {
      who,
      why: `${TEXTS.byLink[language]} (${channel})`,
      ...(action === 'silence' && { hours: known }),
    };
    return [(await actOnIncident(context, incidentId, action, word, language)).said];
  }

  function read(request: FastifyRequest): {
    link: ActionLink;
    language: Language;
    problem: { status: number; html: string } | null;
  } {
    const { action, incident, expiry, signature } = request.params as Record<string, string>;
    const { to } = request.query as { to?: unknown };
    const language = languageOf(request.headers['accept-language'], config.language);
    const link: ActionLink = {
      action: action as LinkAction,
      incidentId: Number(incident),
      expiryS: Number(expiry),
      channel: typeof to === 'string' ? to : '',
    };
    const isWritten =
      LINK_ACTIONS.includes(link.action) &&
      /^\d{1,15}$/.test(incident!) &&
      /^\d{1,12}$/.test(expiry!) &&
      link.channel.length <= LONGEST_CHANNEL;
    const isSigned =
      config.linkKey !== null &&
      isWritten &&
      isSameSecret(
        signature!,
        createHmac('sha256', config.linkKey).update(signedText(link)).digest('base64url'),
      );
    const problem = !isSigned
      ? { status: 404, html: actPage(language, TEXTS.wrong[language], []) }
      : link.expiryS * 1_000 <= now()
        ? { status: 410, html: actPage(language, TEXTS.old[language], [TEXTS.oldHow[language]]) }
        : null;
    return { link, language, problem };
  }
}

const send = (reply: FastifyReply, status: number, html: string): FastifyReply =>
  reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': ACT_PAGE_POLICY,
      'cache-control': 'no-store',
    })
    .send(html);
