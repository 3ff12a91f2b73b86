/** docker-compose.yml and the Dockerfile of Smart ETL, as far as processes need them. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export type DependencyCondition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

export interface ComposeService {
  name: string;
  image: string;
  /** What the image is told to run; null: what it runs by itself. */
  command: readonly string[] | null;
  environment: Readonly<Record<string, string>>;
  secrets: readonly string[];
  volumes: readonly { source: string; target: string }[];
  /** What is published: `host` on this machine for `container` in it. */
  ports: readonly { host: number; container: number }[];
  dependsOn: Readonly<Record<string, DependencyCondition>>;
  profiles: readonly string[];
  /** Runs to its end once, and is not started again. */
  isTask: boolean;
}

interface RawService {
  image: string;
  command?: string[];
  environment?: Record<string, string | number | boolean>;
  secrets?: string[];
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: DependencyCondition }>;
  profiles?: string[];
  restart?: string;
}

/**
 * The services of a compose file, with `${NAME:-default}` filled in.
 *
 * @param variables as in `.env`
 */
export function readCompose(file: string, variables: Readonly<Record<string, string>>): ComposeService[] {
  const raw = parse(readFileSync(file, 'utf8'), { merge: true }) as { services: Record<string, RawService> };
  const fill = (text: string | number | boolean) => interpolate(String(text), variables);
  return Object.entries(raw.services).map(([name, service]) => ({
    name,
    image: fill(service.image),
    command: service.command?.map(fill) ?? null,
    environment: Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([key, value]) => [key, fill(value)]),
    ),
    secrets: service.secrets ?? [],
    volumes: (service.volumes ?? []).map((volume) => {
      const [source, target] = fill(volume).split(':') as [string, string];
      return { source, target };
    }),
    ports: (service.ports ?? []).map((port) => {
      const [container, host] = fill(port).split(':').reverse().map(Number) as [number, number];
      return { host, container };
    }),
    dependsOn: Object.fromEntries(
      Object.entries(service.depends_on ?? {}).map(([on, { condition }]) => [on, condition]),
    ),
    profiles: service.profiles ?? [],
    isTask: service.restart === 'no',
  }));
}

/** `${NAME}`, `${NAME:-default}` and `$$`, as compose reads them. */
export const interpolate = (text: string, variables: Readonly<Record<string, string>>): string =>
  text.replace(/\$\$|\$\{(\w+)(?::-([^}]*))?\}/g, (whole, name: string | undefined, otherwise = '') => {
    if (whole === '$$') return '$';
    const given = variables[name!];
    return given === undefined || given === '' ? otherwise : given;
  });

export interface ImageContent {
  /** Files and folders of the checkout, as `COPY` names them, with a `*` where it has one. */
  copied: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/** What the last stage of a Dockerfile copies from the checkout, and the variables it sets. */
export function readDockerfile(file: string): ImageContent {
  const lastStage = readFileSync(file, 'utf8')
    .split(/^FROM /m)
    .at(-1)!;
  const copied = [...lastStage.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, sources]) =>
    sources!.split(' '),
  );
  const environment: Record<string, string> = {};
  for (const [, variables] of lastStage.matchAll(/^ENV (.+)$/gm)) {
    for (const [, name, quoted, bare] of variables!.matchAll(/(\w+)=(?:"([^"]*)"|(\S+))/g)) {
      environment[name!] = quoted ?? bare!;
    }
  }
  return { copied, environment };
}

export interface DatabaseScript {
  /** What is done in a database, statement by statement. */
  parts: readonly { database: string; statements: readonly string[] }[];
  /** The secret whose text a variable is. */
  secretOf: Readonly<Record<string, string>>;
}

/**
 * A script that psql runs, first in the database `postgres`, with the variables it is given: `--set
 * owner="$(secret postgres_owner)"`. Of psql's own commands it may use `\\connect`.
 */
export function readDatabaseScript(file: string): DatabaseScript {
  const text = readFileSync(file, 'utf8');
  const sql = /<<'SQL'\n([\s\S]*?)\nSQL$/m.exec(text)?.[1];
  if (sql === undefined) throw new Error(`${file}: expected SQL between <<'SQL' and SQL, found none`);
  const [first = '', ...others] = sql.split(/^\\connect /m);
  const statementsOf = (part: string) =>
    part
      .split(/;[ \t]*$/m)
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '');
  const parts = [
    { database: 'postgres', statements: statementsOf(first) },
    ...others.map((part) => {
      const [database = '', ...rest] = part.split('\n');
      return { database: database.trim(), statements: statementsOf(rest.join('\n')) };
    }),
  ];
  const secretOf = Object.fromEntries(
    [...text.matchAll(/--set (\w+)="\$\(secret (\w+)\)"/g)].map(([, name, secret]) => [name!, secret!]),
  );
  return { parts, secretOf };
}
