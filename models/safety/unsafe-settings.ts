import { isThisMachine, type SafetyFinding, unsafe } from './safety-finding.ts';

export interface SettingsFacts {
  objectStoreUrl: string;
  objectStoreSecretKey: string;
  apiHost: string;
  apiToken: string | null;
  /** Where people reach the page; null: at apiHost. */
  apiPublicUrl: string | null;
  apiLogin: 'auto' | 'required';
  hasOpenId: boolean;
  /** Whether a user or a token was ever made; null: not known. */
  loginExists: boolean | null;
  /** Variables whose values are secrets, by name. */
  secretsInEnvironment: readonly string[];
  /** Files with secrets that accounts other than their owner and group can read. */
  readableFiles: readonly string[];
}

/** Shorter is guessed, or was typed by a person. */
const TOKEN_CHARACTERS = 32;
/** Random letters repeat; a word or a row of the keyboard has few different ones. */
const DIFFERENT_CHARACTERS = 10;
/** What manuals and images come with. */
const KNOWN_SECRETS = new Set(['minioadmin', 'minio123', 'password', 'secret', 'changeme', 'smart-etl']);

/** What of the settings is unsafe without asking any server. */
export function unsafeSettings(facts: SettingsFacts): SafetyFinding[] {
  return [...unsafeStore(facts), ...unsafeApi(facts), ...unsafeSecrets(facts)];
}

function unsafeStore({ objectStoreUrl, objectStoreSecretKey }: SettingsFacts): SafetyFinding[] {
  const url = new URL(objectStoreUrl);
  const findings: SafetyFinding[] = [];
  if (url.protocol === 'http:' && !isThisMachine(url.hostname)) {
    const why = 'originals and models pass the network in the clear, and can be changed on their way';
    const cure = 'give the store a certificate and objectStoreUrl https';
    findings.push(unsafe('store', `http to ${url.hostname}`, why, cure));
  }
  if (KNOWN_SECRETS.has(objectStoreSecretKey.toLowerCase())) {
    const why = 'everybody knows it, and with it every original and every model';
    findings.push(unsafe('store', 'objectStoreSecretKey is one of a manual', why, 'make a random one'));
  }
  return findings;
}

function unsafeApi(facts: SettingsFacts): SafetyFinding[] {
  const { apiHost, apiToken, apiPublicUrl, apiLogin, hasOpenId, loginExists } = facts;
  const findings: SafetyFinding[] = [];
  if (apiToken !== null && (apiToken.length < TOKEN_CHARACTERS || isPoor(apiToken))) {
    const why = 'it opens everything, and can be guessed';
    const cure = 'replace it by tokens with a name and a role: smart-etl token create';
    findings.push(unsafe('API', 'apiToken is short or has few different characters', why, cure));
  }
  const isBeyond = !isThisMachine(apiHost) || (apiPublicUrl !== null && !isThisMachine(hostOf(apiPublicUrl)));
  if (!isBeyond) return findings;
  if (apiPublicUrl === null || apiPublicUrl.startsWith('http:')) {
    const found = apiPublicUrl ?? `listens at ${apiHost}, and apiPublicUrl is not set`;
    const why = 'passwords and cookies pass the network in the clear';
    const cure = 'put a proxy with TLS before it and set apiPublicUrl to its https address';
    findings.push(unsafe('API', `no TLS: ${found}`, why, cure));
  }
  // `required` without anybody who can log in is closed, and so is not unsafe.
  if (apiLogin === 'auto' && apiToken === null && !hasOpenId && loginExists === false) {
    const why = 'a proxy before it lets everybody in, as admin';
    const cure = 'smart-etl user add NAME --role admin, or apiLogin required';
    findings.push(unsafe('API', 'nobody has to log in, and other machines reach it', why, cure));
  }
  return findings;
}

const hostOf = (url: string): string => new URL(url).hostname;
const isPoor = (token: string): boolean => new Set(token).size < DIFFERENT_CHARACTERS;

function unsafeSecrets({ secretsInEnvironment, readableFiles }: SettingsFacts): SafetyFinding[] {
  const findings: SafetyFinding[] = [];
  if (secretsInEnvironment.length > 0) {
    const why = 'the environment is shown by ps, docker inspect and crash reports, and given to every child';
    const cure = 'write each into a file and name it in the variable with _FILE at its end';
    findings.push(unsafe('secrets', `in the environment: ${secretsInEnvironment.join(', ')}`, why, cure));
  }
  for (const file of readableFiles) {
    const why = 'every account of this machine can read the secrets in it';
    findings.push(unsafe('secrets', `${file} is readable by others`, why, `chmod o= ${file}`));
  }
  return findings;
}
