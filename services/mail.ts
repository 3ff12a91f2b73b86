import { createTransport } from 'nodemailer';
import { createTokenSource, type OauthClient } from './oauth-token.ts';
import { AddressRefused, createOutgoing, type Outgoing } from './outgoing.ts';
import { MessageRefused, withoutSecrets } from './receiver-answer.ts';

export interface MailMessage {
  /** Unique id of what is told: becomes the Message-ID, so that a repeated send is recognisable. */
  id: string;
  subject: string;
  text: string;
  html?: string;
}

export interface Mailer {
  /**
   * Resolves, with what the server said, when it has accepted the message for at least one recipient: the others must
   * not make those hear of it twice.
   *
   * @throws MessageRefused for 5xx (RFC 5321 section 4.2.1) to the message, not to our connection or login.
   */
  send(message: MailMessage): Promise<string>;
  close(): void;
}

export interface MailSettings {
  /** `smtp://` or `smtps://` with user and password, if the server asks for them. */
  smtpUrl: string;
  mailFrom: string;
  mailTo: readonly string[];
  /** Send nothing, not even the login, unless the connection is encrypted. */
  requireTls?: boolean;
  /** PEM of the authority that signed the certificate of the server; left out, the usual ones. */
  ca?: string;
  /** Log in with a token instead of a password (XOAUTH2). */
  oauth?: OauthClient & { user: string };
}

/** Seconds, not minutes: a server that hangs must not hold up the next message for long. */
const TIMEOUT_MS = 10_000;

/** Errors of nodemailer after the connection stands and we are logged in: what is refused then is the message. */
const ABOUT_THE_MESSAGE = new Set(['EENVELOPE', 'EMESSAGE']);

/** Answers that refuse us, not the message: mended in the settings, so the message waits (RFC 4954 section 6). */
const LOGIN_REFUSED = new Set([530, 534, 535, 538]);

/** A mailer over SMTP; `outgoing` is how tokens are asked for. */
export function createMailer(settings: MailSettings, outgoing: Outgoing = createOutgoing()): Mailer {
  const url = new URL(settings.smtpUrl);
  const user = decodeURIComponent(url.username);
  const password = decodeURIComponent(url.password);
  /** The settings forbid to ask for a token; nodemailer tells of it only as a failed log-in. */
  let refused: AddressRefused | undefined;
  const secrets = [password, settings.oauth?.clientSecret ?? ''];
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (url.protocol === 'smtps:' ? 465 : 25),
    secure: url.protocol === 'smtps:',
    requireTLS: settings.requireTls ?? false,
    ...(settings.ca !== undefined && { tls: { ca: settings.ca } }),
    ...authOf(settings, user, password),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  if (settings.oauth !== undefined) {
    const tokens = createTokenSource(outgoing, settings.oauth);
    transport.set(
      'oauth2_provision_cb',
      (
        _user: string,
        renew: boolean,
        done: (error: Error | null, token?: string, expires?: number) => void,
      ) => {
        tokens(renew).then(
          ({ token, expiresAtMs }) => {
            secrets.push(token);
            done(null, token, expiresAtMs);
          },
          (error: Error) => {
            if (error instanceof AddressRefused) refused = error;
            done(error);
          },
        );
      },
    );
  }
  return {
    async send(message) {
      refused = undefined;
      try {
        const { response, accepted, rejected } = await transport.sendMail({
          from: settings.mailFrom,
          to: [...settings.mailTo],
          subject: message.subject,
          text: message.text,
          ...(message.html !== undefined && { html: message.html }),
          messageId: `<${message.id}@smart-etl>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        const refused = rejected.length === 0 ? '' : `; refused for ${rejected.join(', ')}`;
        return withoutSecrets(`${accepted.join(', ')}: ${response}${refused}`, secrets);
      } catch (error) {
        if (refused !== undefined) throw refused;
        const said = withoutSecrets((error as Error).message, secrets);
        const { code = '', responseCode = 0 } = error as { code?: string; responseCode?: number };
        const isOfMessage = ABOUT_THE_MESSAGE.has(code) && !LOGIN_REFUSED.has(responseCode);
        if (isOfMessage && responseCode >= 500) throw new MessageRefused(said);
        // The original knows more than may be shown.
        throw new Error(said);
      }
    },
    close: () => transport.close(),
  };
}

function authOf({ oauth }: MailSettings, user: string, password: string): object {
  if (oauth !== undefined) return { auth: { type: 'OAuth2', user: oauth.user } };
  return user === '' ? {} : { auth: { user, pass: password } };
}
