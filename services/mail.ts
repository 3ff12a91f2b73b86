import { createTransport } from 'nodemailer';

export interface MailMessage {
  /** Unique id of what is told: becomes the Message-ID, so that a repeated send is recognisable. */
  id: string;
  subject: string;
  text: string;
}

/** The server refused the message for good (5xx, RFC 5321 section 4.2.1). Trying again cannot help. */
export class MailRefused extends Error {
  override name = 'MailRefused';
}

export interface Mailer {
  /** Resolves when the server has accepted the message for every recipient. */
  send(message: MailMessage): Promise<void>;
  close(): void;
}

interface MailSettings {
  smtpUrl: string;
  mailFrom: string;
  mailTo: string[];
}

/** Seconds, not minutes: a server that hangs must not hold up the next message for long. */
const TIMEOUT_MS = 10_000;

/** A mailer over SMTP. */
export function createMailer(settings: MailSettings): Mailer {
  const url = new URL(settings.smtpUrl);
  const transport = createTransport({
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (url.protocol === 'smtps:' ? 465 : 25),
    secure: url.protocol === 'smtps:',
    ...(url.username && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(message) {
      try {
        await transport.sendMail({
          from: settings.mailFrom,
          to: settings.mailTo,
          subject: message.subject,
          text: message.text,
          messageId: `<${message.id}@smart-etl>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        const code = (error as { responseCode?: number }).responseCode ?? 0;
        // 535 is a wrong password of ours, mended in the settings: the message itself is fine and waits.
        if (code >= 500 && code !== 535) throw new MailRefused((error as Error).message);
        throw error;
      }
    },
    close: () => transport.close(),
  };
}
