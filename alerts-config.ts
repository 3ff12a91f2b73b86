/**
 * Who is told what, as it is configured: the key `alerts` of smart-etl.json, described in docs/alerts.md. Read by
 * config.ts only; what it makes of it is complete and checked, secrets from files read.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { TOPICS } from './models/alerts/alert-settings.ts';
import { FINDING_KINDS } from './models/detect/finding.ts';
import { SEVERITIES } from './models/detect/incidents/incident.ts';

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const isWebUrl = (text: string): boolean =>
  URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
const isMailUrl = (text: string): boolean =>
  URL.canParse(text) && ['smtp:', 'smtps:'].includes(new URL(text).protocol);

/** A secret as it is, or the file that holds it. */
const secret = z.union([z.string().min(1).max(8_000), z.strictObject({ file: z.string().min(1) })]);
const channelName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'lower-case letters, digits, - and _, at most 63');
const patterns = z.array(z.string().min(1).max(200)).min(1).max(500);
const webUrl = z.string().max(2_000).refine(isWebUrl, 'a URL starting with http:// or https://');

const clockTime = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 22:00')
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));
const hoursSchema = z
  .strictObject({
    from: clockTime,
    to: clockTime,
    /** On which they begin; left out, every day. */
    days: z.array(z.enum(WEEK)).min(1).optional(),
  })
  .transform(({ from, to, days }) => ({
    fromMinute: from,
    toMinute: to,
    days: (days ?? WEEK).map((day) => WEEK.indexOf(day) + 1),
  }));
const instant = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text));

const mailSchema = z.strictObject({
  smtpUrl: secret.optional(),
  from: z.string().min(3).optional(),
  to: z.array(z.string().min(3)).min(1).max(200).optional(),
  /** Send nothing unless the connection is encrypted. */
  requireTls: z.boolean().optional(),
  /** PEM file of the authority of the server's certificate. */
  caFile: z.string().min(1).optional(),
  oauth: z
    .strictObject({
      user: z.string().min(3),
      clientId: z.string().min(1),
      clientSecret: secret,
      tokenUrl: webUrl,
      scope: z.string().min(1).default('https://outlook.office365.com/.default'),
    })
    .optional(),
});

const common = { name: channelName, language: z.enum(['en', 'fr']).optional() };
const channelSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...common, kind: z.literal('mail'), settings: mailSchema.default({}) }),
  z.strictObject({ ...common, kind: z.literal('teams'), settings: z.strictObject({ url: secret }) }),
  z.strictObject({ ...common, kind: z.literal('slack'), settings: z.strictObject({ url: secret }) }),
  z.strictObject({
    ...common,
    kind: z.literal('webhook'),
    settings: z.strictObject({ url: secret, secret }),
  }),
]);

const minutes = z.int().min(1).max(43_200);
const routeSchema = z
  .strictObject({
    match: z
      .strictObject({
        severities: z.array(z.enum(SEVERITIES)).min(1),
        owners: patterns,
        jobs: patterns,
        namespaces: patterns,
        kinds: z.array(z.enum([...FINDING_KINDS, ...TOPICS])).min(1),
        hours: hoursSchema,
      })
      .partial()
      .default({}),
    tell: z.array(channelName).max(50),
    /** Left out: as the severity asks for; null: never. */
    remindEveryMinutes: minutes.nullable().optional(),
    escalateAfterMinutes: minutes.nullable().optional(),
    escalateTo: z.array(channelName).max(50).default([]),
  })
  .refine((route) => route.escalateAfterMinutes !== null || route.escalateTo.length === 0, {
    message: 'escalateTo has nobody to tell when escalateAfterMinutes is null',
  });

const windowSchema = z
  .strictObject({
    jobs: patterns.optional(),
    hosts: patterns.optional(),
    from: instant.optional(),
    to: instant.optional(),
    weekly: hoursSchema.optional(),
    why: z.string().min(1).max(500),
  })
  .refine(({ jobs, hosts }) => jobs !== undefined || hosts !== undefined, 'jobs, hosts or both')
  .refine(
    ({ from, to, weekly }) =>
      weekly === undefined
        ? from !== undefined && to !== undefined && from < to
        : from === undefined && to === undefined,
    'either from and a later to, or weekly',
  )
  .transform(({ jobs, hosts, from, to, weekly, why }) => ({
    jobs: jobs ?? [],
    hosts: hosts ?? [],
    when: weekly ?? { fromMs: from!, toMs: to! },
    why,
  }));

const runBookSchema = z.strictObject({ jobs: patterns.optional(), kinds: patterns.optional(), url: webUrl });

export const alertsSchema = z.strictObject({
  /** Left out: one of mail, named `mail`, by smtpUrl, mailFrom and mailTo. */
  channels: z.array(channelSchema).min(1).max(50).optional(),
  /** Left out: all channels are told everything. */
  routes: z.array(routeSchema).min(1).max(500).optional(),
  quietHours: z.array(hoursSchema).max(20).default([]),
  maintenance: z.array(windowSchema).max(500).default([]),
  runBooks: z.array(runBookSchema).max(2_000).default([]),
});
export type AlertsSettings = z.infer<typeof alertsSchema>;
type Secret = z.infer<typeof secret>;

/** A channel with all that is needed to send. */
export interface ChannelConfig {
  name: string;
  kind: 'mail' | 'teams' | 'slack' | 'webhook';
  language: 'en' | 'fr';
  target:
    | {
        kind: 'mail';
        smtpUrl: string;
        mailFrom: string;
        mailTo: string[];
        requireTls: boolean;
        ca?: string;
        oauth?: { user: string; clientId: string; clientSecret: string; tokenUrl: string; scope: string };
      }
    | { kind: 'teams' | 'slack'; url: string }
    | { kind: 'webhook'; url: string; secret: string };
}

export type AlertsConfig = Omit<AlertsSettings, 'channels' | 'routes'> & {
  channels: ChannelConfig[];
  routes: NonNullable<AlertsSettings['routes']>;
};

interface Surroundings {
  smtpUrl: string;
  mailFrom: string;
  mailTo: string[];
  language: 'en' | 'fr';
  /** Relative files start there. */
  home: string;
}

/**
 * The settings with everything that they leave out, and the contents of the files they name.
 *
 * @throws Error that names the setting, what was expected, and never a secret.
 */
export function completeAlerts(alerts: AlertsSettings, surroundings: Surroundings): AlertsConfig {
  const routing = routingOf(alerts, surroundings.language);
  const channels = channelsOf(alerts).map((channel, index) =>
    completeChannel(channel, `alerts.channels.${index}`, surroundings),
  );
  return { ...routing, channels };
}

/** Who is told what, without what it takes to send. */
export type AlertsRouting = Omit<AlertsConfig, 'channels'> & {
  channels: Pick<ChannelConfig, 'name' | 'kind' | 'language'>[];
};

/**
 * The settings as far as they say who is told what: no secret is looked at.
 *
 * @throws Error that names the setting and what was expected
 */
export function routingOf(alerts: AlertsSettings, byDefault: 'en' | 'fr'): AlertsRouting {
  const channels = channelsOf(alerts).map(({ name, kind, language = byDefault }) => ({
    name,
    kind,
    language,
  }));
  const names = channels.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`alerts.channels: two are named "${twice}"`);
  const routes = alerts.routes ?? [{ match: {}, tell: names, escalateTo: [] }];
  for (const [index, { tell, escalateTo }] of routes.entries()) {
    const unknown = [...tell, ...escalateTo].find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw new Error(`alerts.routes.${index}: no channel named "${unknown}"; known are ${names.join(', ')}`);
    }
  }
  if (Object.keys(routes.at(-1)!.match).length > 0) {
    throw new Error(
      'alerts.routes: the last one must have no match, else what matches none is told to nobody; ' +
        'give it "tell": [] if that is meant',
    );
  }
  return { ...alerts, channels, routes };
}

type ChannelSettings = NonNullable<AlertsSettings['channels']>[number];

const channelsOf = ({ channels }: AlertsSettings): ChannelSettings[] =>
  channels ?? [{ name: 'mail', kind: 'mail', settings: {} }];

function completeChannel(channel: ChannelSettings, where: string, around: Surroundings): ChannelConfig {
  const { name, kind } = channel;
  const language = channel.language ?? around.language;
  const at = (key: string): string => `${where}.settings.${key}`;
  const text = (value: Secret, key: string): string => secretText(value, at(key), around.home);
  const address = (value: Secret): string =>
    checked(text(value, 'url'), at('url'), isWebUrl, 'an http(s) URL');
  switch (kind) {
    case 'teams':
    case 'slack':
      return { name, kind, language, target: { kind, url: address(channel.settings.url) } };
    case 'webhook': {
      const key = checked(
        text(channel.settings.secret, 'secret'),
        at('secret'),
        (value) => /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/.test(value),
        'whsec_ and at least 24 bytes in base64',
      );
      return { name, kind, language, target: { kind, url: address(channel.settings.url), secret: key } };
    }
    case 'mail': {
      const { smtpUrl, from, to, requireTls, caFile, oauth } = channel.settings;
      const server = smtpUrl === undefined ? around.smtpUrl : text(smtpUrl, 'smtpUrl');
      return {
        name,
        kind,
        language,
        target: {
          kind,
          smtpUrl: checked(server, at('smtpUrl'), isMailUrl, 'a URL starting with smtp:// or smtps://'),
          mailFrom: from ?? around.mailFrom,
          mailTo: to ?? around.mailTo,
          requireTls: requireTls ?? false,
          ...(caFile !== undefined && { ca: secretText({ file: caFile }, at('caFile'), around.home) }),
          ...(oauth && {
            oauth: { ...oauth, clientSecret: text(oauth.clientSecret, 'oauth.clientSecret') },
          }),
        },
      };
    }
  }
}

function secretText(value: Secret, where: string, home: string): string {
  if (typeof value === 'string') return value;
  const file = path.resolve(home, value.file);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new Error(`${where}: cannot read ${file}: ${(error as Error).message}`);
  }
}

function checked(value: string, where: string, fits: (value: string) => boolean, expected: string): string {
  if (!fits(value)) throw new Error(`${where}: expected ${expected}`);
  return value;
}
