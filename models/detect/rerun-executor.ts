import { matcherOf } from '../intake/file-names.ts';

/** A text of the configuration, or the file that holds it when it is secret. */
export type SecretText = string | { file: string };

/** How the scheduler of some jobs is asked to start one. Texts may hold placeholders. */
export interface RerunRule {
  /** Pattern of `*` and `?` for names of jobs. */
  jobs: string;
  /** Only jobs of this namespace. */
  namespace?: string | undefined;
  /** Minutes within which the new run is known to have begun, at least. */
  startWithinMinutes?: number | undefined;
  http?:
    | {
        url: string;
        method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | undefined;
        headers?: Record<string, SecretText> | undefined;
        /** JSON. */
        body?: unknown;
      }
    | undefined;
  /** Program and arguments; no shell reads them. */
  command?: readonly string[] | undefined;
}

/** What a scheduler is told. Instants are ISO 8601 in UTC; '' where there is none. */
export interface StartRequest {
  namespace: string;
  job: string;
  /** The run that went wrong. */
  run: string;
  /** When it was due. */
  due: string;
  /** When the re-run was asked for, by the clock of the estate. */
  asked: string;
  /** The same for the same request, however often it is sent. */
  key: string;
}

/** The first rule that is meant for a job; null: nobody can start it but a person. */
export function ruleFor(
  rules: readonly RerunRule[],
  job: { namespace: string; job: string },
): RerunRule | null {
  const isMeant = (rule: RerunRule) =>
    (rule.namespace === undefined || rule.namespace === job.namespace) && matcherOf([rule.jobs])(job.job);
  return rules.find(isMeant) ?? null;
}

/** What is to be done, its placeholders filled. */
export type Start =
  | {
      way: 'http';
      url: string;
      method: string;
      headers: Record<string, SecretText>;
      /** JSON text; null: none. */
      body: string | null;
      key: string;
    }
  | { way: 'command'; argv: readonly string[]; key: string };

const PLACEHOLDER = /\{(namespace|job|run|due|asked|key)\}/g;

/**
 * What a rule says to do for a request. Values are encoded in an address, and stay whole arguments of a command; keys
 * of JSON stay as they are.
 */
export function startOf({ http, command }: RerunRule, request: StartRequest): Start {
  const { key } = request;
  if (http === undefined) {
    return { way: 'command', argv: (command ?? []).map((text) => filled(text, request)), key };
  }
  const { url, method = 'POST', headers = {}, body } = http;
  return {
    way: 'http',
    url: filled(url, request, encodeURIComponent),
    method,
    headers,
    body: body === undefined || method === 'GET' ? null : JSON.stringify(filledJson(body, request)),
    key,
  };
}

const filled = (
  text: string,
  request: StartRequest,
  encode: (value: string) => string = (value) => value,
): string => text.replace(PLACEHOLDER, (_, name: keyof StartRequest) => encode(request[name]));

function filledJson(value: unknown, request: StartRequest): unknown {
  if (typeof value === 'string') return filled(value, request);
  if (Array.isArray(value)) return value.map((item) => filledJson(item, request));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filledJson(item, request)]));
}
