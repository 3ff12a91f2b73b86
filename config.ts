/**
 * Where everything is, read once. Nothing else in the project reads `process.env`.
 *
 * Later wins: defaults, `smart-etl.json` in the home folder, `connections.json` that `smart-etl up` writes
 * there, `SMART_ETL_*` variables. A secret may come from a file: `SMART_ETL_X_FILE` names it. A key nobody
 * knows is an error, because a misspelt setting that is silently ignored is found at three in the morning.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { ACCESS_DEFAULTS, accessSettings } from './access-config.ts';
import {
  type AlertsConfig,
  type AlertsRouting,
  alertsSchema,
  completeAlerts,
  routingOf,
} from './alerts-config.ts';
import { timeZone, url } from './config-fields.ts';
import { MODEL_DEFAULTS, modelSettings } from './model-config.ts';
import { checkOutgoing, outgoingSchema } from './outgoing-config.ts';
import { rerunSchema } from './rerun-config.ts';
import { sourceSchema } from './source-config.ts';
import { TEMPORAL_DEFAULTS, temporalSettings } from './temporal-config.ts';
import { TASK_QUEUES } from './workflows/names.ts';

export type { OpenIdConfig } from './access-config.ts';
export type { SourceConfig } from './source-config.ts';

/** A setting is wrong. Never cured by trying again. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

const settingsSchema = z.strictObject({
  databaseUrl: url(['postgresql:', 'postgres:']),
  ...temporalSettings,
  objectStoreUrl: url(['http:', 'https:']),
  objectStoreAccessKey: z.string().min(1),
  objectStoreSecretKey: z.string().min(1),
  objectStoreRegion: z.string().min(1),
  smtpUrl: url(['smtp:', 'smtps:']),
  mailFrom: z.string().min(3),
  mailTo: z.array(z.string().min(3)).min(1),
  /** Where the local mail sink keeps what it received; null when a real mail server is used. */
  mailboxFolder: z.string().nullable(),
  apiHost: z.string().min(1),
  apiPort: z.coerce.number().int().min(0).max(65_535),
  /** Opens everything. Tokens with a name and a role are better: `smart-etl token create`. */
  apiToken: z.string().min(16).nullable(),
  ...accessSettings,
  /** Part of the ping addresses; with it a job may tell of its runs and read nothing. Without it none are taken. */
  pingKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{16,128}$/, '16 to 128 letters, digits, - and _')
    .nullable(),
  /** Where `smart-etl exec` tells of runs, when that is another machine; else apiHost and apiPort. */
  serverUrl: url(['http:', 'https:']).nullable(),
  /** A file pushed over HTTP may have so many bytes. */
  pushMaxBytes: z.coerce.number().int().min(1),
  /** `wall`: now is now. `data`: now is the last arrival, for old logs and simulated estates. */
  time: z.enum(['wall', 'data']),
  language: z.enum(['en', 'fr']),
  /** Schedules follow the clock of this IANA time zone, through both DST nights. */
  timeZone,
  /** Public holidays: `none`, a country (`FR`), or a country and its region (`DE-BY`). */
  calendar: z
    .string()
    .regex(/^(none|[A-Z]{2}(-[A-Z0-9-]{1,10})?)$/, 'none, or a country such as FR or DE-BY'),
  logLevel: z.enum(['debug', 'info', 'warn', 'error']),
  /** Whole months that are kept before the current one; null: for ever. At least three. */
  retention: z.strictObject({
    runsMonths: z.int().min(3).nullable().default(null),
    samplesMonths: z.int().min(3).nullable().default(null),
    /** Of models and their trainings that nothing needs any more. */
    modelsMonths: z.int().min(3).nullable().default(null),
  }),
  ...modelSettings,
  /** Trainings at once; null: as many as the machine has processors and memory to spare. */
  trainingThreads: z.coerce.number().int().min(1).max(64).nullable(),
  /** What the worker of this process takes work from; several processes may share a queue, or each have its own. */
  taskQueues: z
    .array(z.enum(Object.values(TASK_QUEUES)))
    .min(1)
    .refine((queues) => new Set(queues).size === queues.length, 'each queue once'),
  /**
   * `build`: a workflow that ends in minutes stays with the build of workers it began on, so old workers run on beside new
   * ones until they are drained; `off`: all go on with whatever worker runs.
   */
  workerVersioning: z.enum(['off', 'build']),
  /** Owners of jobs are kept as pseudonyms made with this key; null: by name. */
  pseudonymKey: z.string().min(32, 'at least 32 characters').nullable(),
  /** Links in messages are signed with it; without it messages have none. */
  linkKey: z.string().min(32, 'at least 32 characters').nullable(),
  /** PEM of the Ed25519 private key that signs models; relative paths start at the home folder. Null: none are made here. */
  modelSigningKeyFile: z.string().min(1).nullable(),
  /** PEM of public keys that signed models before, or elsewhere. That of the key above is trusted anyway. */
  modelTrustedKeysFile: z.string().min(1).nullable(),
  /** How jobs are started again; the first that matches. */
  rerun: z.array(rerunSchema).max(200),
  /** Pinged every minute while everything really moves, such as https://hc-ping.com/UUID; null: nothing is pinged. */
  heartbeatUrl: url(['http:', 'https:']).nullable(),
  /** What may be posted to outside. */
  outgoing: outgoingSchema,
  sources: z.array(sourceSchema).min(1),
  /** Who is told what, where and when. */
  alerts: alertsSchema,
});

export type Settings = z.infer<typeof settingsSchema>;
export interface Config extends Omit<Settings, 'alerts'> {
  alerts: AlertsConfig;
  /** Absolute path of the state folder. */
  home: string;
}

const SECRETS = [
  'databaseUrl',
  'objectStoreAccessKey',
  'objectStoreSecretKey',
  'apiToken',
  'pingKey',
  'smtpUrl',
  'pseudonymKey',
  'linkKey',
  'heartbeatUrl',
] as const;

const DEFAULTS: Settings = {
  databaseUrl: 'postgresql://127.0.0.1:5432/smart_etl',
  ...TEMPORAL_DEFAULTS,
  objectStoreUrl: 'http://127.0.0.1:9000',
  objectStoreAccessKey: 'smart-etl',
  objectStoreSecretKey: 'not-set',
  objectStoreRegion: 'us-east-1',
  smtpUrl: 'smtp://127.0.0.1:1025',
  mailFrom: 'Smart ETL <smart-etl@localhost>',
  mailTo: ['data-team@localhost'],
  mailboxFolder: null,
  apiHost: '127.0.0.1',
  apiPort: 8080,
  apiToken: null,
  ...ACCESS_DEFAULTS,
  pingKey: null,
  serverUrl: null,
  pushMaxBytes: 1024 ** 3,
  time: 'wall',
  language: 'en',
  timeZone: 'Europe/Paris',
  calendar: 'FR',
  logLevel: 'info',
  retention: { runsMonths: null, samplesMonths: null, modelsMonths: null },
  ...MODEL_DEFAULTS,
  trainingThreads: null,
  taskQueues: Object.values(TASK_QUEUES),
  workerVersioning: 'off',
  pseudonymKey: null,
  linkKey: null,
  modelSigningKeyFile: null,
  modelTrustedKeysFile: null,
  rerun: [],
  heartbeatUrl: null,
  outgoing: { only: null, local: [], http: [] },
  sources: [
    { name: 'runs', kind: 'runs', folder: 'drop/runs', namespace: 'default' },
    { name: 'metrics', kind: 'metrics', folder: 'drop/metrics', namespace: 'default' },
  ],
  alerts: { quietHours: [], maintenance: [], runBooks: [] },
};

/** `databaseUrl` → `SMART_ETL_DATABASE_URL`. */
const variableOf = (key: string) =>
  `SMART_ETL_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Read by the scripts or by the command line itself, not settings of the system. */
const OTHER_VARIABLES = new Set(['SMART_ETL_HOME', 'SMART_ETL_CONFIG']);

function settingsFromEnvironment(env: NodeJS.ProcessEnv): Record<string, unknown> {
  const keyOf = new Map<string, string>();
  for (const key of Object.keys(DEFAULTS)) keyOf.set(variableOf(key), key);
  for (const key of SECRETS) keyOf.set(`${variableOf(key)}_FILE`, key);
  const found: Record<string, unknown> = {};
  for (const [variable, value] of Object.entries(env)) {
    if (!variable.startsWith('SMART_ETL_') || OTHER_VARIABLES.has(variable) || value === undefined) continue;
    const key = keyOf.get(variable);
    if (key === undefined) {
      throw new ConfigError(`unknown variable ${variable}; known are ${[...keyOf.keys()].sort().join(', ')}`);
    }
    // Some settings are names of files themselves.
    if (variable !== variableOf(key)) found[key] = readSecretFile(variable, value);
    else if (['mailTo', 'apiTrustedProxies', 'taskQueues'].includes(key))
      found[key] = value.split(',').map((one) => one.trim());
    else if (
      [
        'sources',
        'retention',
        'promotion',
        'monitoring',
        'rerun',
        'alerts',
        'openId',
        'gate',
        'outgoing',
      ].includes(key)
    )
      found[key] = parseJson(value, variable);
    else found[key] = value;
  }
  return found;
}

function readSecretFile(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError(`${variable}: cannot read ${file}: ${(error as Error).message}`);
  }
}

function parseJson(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigError(`${where}: not JSON: ${(error as Error).message}`);
  }
}

function readJsonFile(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  const parsed = parseJson(readFileSync(file, 'utf8'), file);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new ConfigError(
      `${file}: expected an object of settings, found ${JSON.stringify(parsed)?.slice(0, 40)}`,
    );
  }
  return parsed as Record<string, unknown>;
}

function checked(layer: Record<string, unknown>, where: string): Partial<Settings> {
  const result = settingsSchema.partial().safeParse(layer);
  if (result.success) return result.data as Partial<Settings>;
  const issue = result.error.issues[0]!;
  if (issue.code === 'unrecognized_keys') {
    if (issue.path.length > 0) {
      throw new ConfigError(`${where}: ${issue.path.join('.')}: unknown key "${issue.keys.join('", "')}"`);
    }
    const known = Object.keys(DEFAULTS).sort().join(', ');
    throw new ConfigError(`${where}: unknown key "${issue.keys.join('", "')}"; known are ${known}`);
  }
  throw new ConfigError(`${where}: ${issue.path.join('.')}: ${issue.message}`);
}

/**
 * Who would be told what by settings that are not in force: the value of the key `alerts`. No secret is read.
 *
 * @param where the file that it is from, for messages
 * @throws ConfigError as above
 */
export function parseAlertsRouting(value: unknown, where: string, language: 'en' | 'fr'): AlertsRouting {
  const { alerts } = { ...DEFAULTS, ...checked({ alerts: value }, where) };
  try {
    return routingOf(alerts, language);
  } catch (error) {
    throw new ConfigError(`${where}: ${(error as Error).message}`);
  }
}

/** The state folder: `SMART_ETL_HOME`, else `.smart-etl` beside this file. */
export function homeFolder(env: NodeJS.ProcessEnv = process.env): string {
  return path.resolve(env.SMART_ETL_HOME || path.join(import.meta.dirname, '.smart-etl'));
}

/**
 * Reads the settings.
 *
 * @throws ConfigError naming the file or variable, the key, what was expected.
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const home = homeFolder(env);
  const settingsFile = env.SMART_ETL_CONFIG ?? path.join(home, 'smart-etl.json');
  if (env.SMART_ETL_CONFIG !== undefined && !existsSync(settingsFile)) {
    throw new ConfigError(`SMART_ETL_CONFIG: no file at ${settingsFile}`);
  }
  const connectionsFile = path.join(home, 'connections.json');
  const settings: Settings = {
    ...DEFAULTS,
    ...checked(readJsonFile(settingsFile), settingsFile),
    ...checked(readJsonFile(connectionsFile), connectionsFile),
    ...checked(settingsFromEnvironment(env), 'environment'),
  };
  const sources = settings.sources.map((source) => ({
    ...source,
    folder: path.resolve(home, source.folder),
  }));
  const inHome = (file: string | null) => (file === null ? null : path.resolve(home, file));
  const keyFiles = {
    modelSigningKeyFile: inHome(settings.modelSigningKeyFile),
    modelTrustedKeysFile: inHome(settings.modelTrustedKeysFile),
    temporalTlsCaFile: inHome(settings.temporalTlsCaFile),
    temporalTlsCertFile: inHome(settings.temporalTlsCertFile),
    temporalTlsKeyFile: inHome(settings.temporalTlsKeyFile),
    temporalPayloadKeysFile: inHome(settings.temporalPayloadKeysFile),
  };
  if ((keyFiles.temporalTlsCertFile === null) !== (keyFiles.temporalTlsKeyFile === null)) {
    const [given, missing] =
      keyFiles.temporalTlsKeyFile === null
        ? ['temporalTlsCertFile', 'temporalTlsKeyFile']
        : ['temporalTlsKeyFile', 'temporalTlsCertFile'];
    throw new ConfigError(`${given} is set and ${missing} is not: a certificate and its key go together`);
  }
  try {
    const alerts = completeAlerts(settings.alerts, { ...settings, home });
    checkOutgoing({ ...settings, channels: alerts.channels });
    return { ...settings, ...keyFiles, sources, alerts, home };
  } catch (error) {
    throw new ConfigError((error as Error).message);
  }
}

/** Variables whose values are secrets themselves instead of naming a file that holds them. */
export function secretsInEnvironment(env: NodeJS.ProcessEnv = process.env): string[] {
  const variables = SECRETS.map(variableOf).filter((variable) => env[variable]);
  // A log-in at a database without a password is no secret, nor is a mail server that asks for none.
  const hasPassword = (variable: string) => !/_URL$/.test(variable) || isSecretUrl(env[variable]!);
  const structured = ['SMART_ETL_ALERTS', 'SMART_ETL_OPEN_ID', 'SMART_ETL_RERUN'].filter((variable) =>
    INLINE_SECRET.test(env[variable] ?? ''),
  );
  return [...variables.filter(hasPassword), ...structured].sort();
}

/** A key whose value is a secret, given as a text and not as `{"file": …}`. */
const INLINE_SECRET = /"(secret|clientSecret|authorization)"\s*:\s*"|"url"\s*:\s*"https?:\/\/hooks\./i;

/** The address of a heartbeat is a secret as a whole. */
const isSecretUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, password } = new URL(text);
  return password !== '' || /^https?:$/.test(protocol);
};

/** Files that hold secrets of ours, as far as they are there: those that variables name, and those of the state folder. */
export function secretFiles(env: NodeJS.ProcessEnv = process.env): string[] {
  const home = homeFolder(env);
  const named = SECRETS.map((key) => env[`${variableOf(key)}_FILE`]);
  const key = env[variableOf('modelSigningKeyFile')];
  const files = [
    ...named,
    key && path.resolve(home, key),
    env.SMART_ETL_CONFIG ?? path.join(home, 'smart-etl.json'),
    ...['connections.json', 'credentials.json'].map((name) => path.join(home, name)),
  ];
  return [...new Set(files.filter((file): file is string => Boolean(file) && existsSync(file!)))];
}

/** The settings of another state folder than that of the environment. */
export const loadConfigOf = (home: string): Config => loadConfig({ ...process.env, SMART_ETL_HOME: home });

/** All that commands of the configuration find in their environment: ours may hold secrets. */
export const commandEnvironment = (env: NodeJS.ProcessEnv = process.env): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR'].flatMap((name) => (env[name] ? [[name, env[name]]] : [])),
  );

/** Whether the caller chose the state folder. */
export const isHomeChosen = (): boolean => Boolean(process.env.SMART_ETL_HOME);
