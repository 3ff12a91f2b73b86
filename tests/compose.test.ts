import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CODEC_PATHS } from '../api/codec/temporal-ui-origin.ts';
import { loadConfig } from '../config.ts';
import { readModelKeys } from '../services/model-keys.ts';
import { readPayloadKeys } from '../services/payload-keys.ts';

interface Service {
  image: string;
  build?: { context: string; dockerfile?: string };
  command?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  ports?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: object;
  restart?: string;
  profiles?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  pids_limit?: number;
  logging?: { options: Record<string, string> };
}

/** Images of others whose start writes their settings where their program is. */
const WRITES_BESIDE_ITS_PROGRAM = ['temporal-ui', 'pgadmin'];

const root = path.join(import.meta.dirname, '..');
const text = readFileSync(path.join(root, 'docker-compose.yml'), 'utf8');
const compose = parse(text, { merge: true }) as {
  services: Record<string, Service>;
  volumes: Record<string, object>;
  secrets: Record<string, { file: string }>;
};
const services = Object.entries(compose.services);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-compose-'));
  cpSync(path.join(root, 'infra'), path.join(folder, 'infra'), { recursive: true });
  execFileSync('bash', [path.join(folder, 'infra', 'make-secrets')]);
});
afterAll(() => rmSync(folder, { recursive: true }));

/** `${NAME:-value}` → value, as compose does without a .env. */
const interpolated = (value: string): string =>
  value.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll('$$', '$');

it('infra/make-secrets makes a key that models can be signed with', () => {
  const secret = (name: string) => path.join(folder, 'secrets', name);
  const keys = readModelKeys({
    modelSigningKeyFile: secret('model_signing_key'),
    modelTrustedKeysFile: secret('model_trusted_keys'),
  });
  const bytes = Buffer.from('a manifest');
  expect(keys.check(bytes, keys.sign(bytes))).toBe('valid');
});

it('who gives Temporal something to keep encrypts it with the key that infra/make-secrets makes, and its UI asks for it', () => {
  expect(readPayloadKeys(path.join(folder, 'secrets', 'temporal_payload_keys'))).toHaveLength(1);
  const users = services.filter(([, { environment = {} }]) => 'SMART_ETL_TEMPORAL_ADDRESS' in environment);
  expect(users.map(([name]) => name)).toEqual(['set-up', 'worker', 'api']);
  for (const [name, { environment = {} }] of users) {
    expect(environment.SMART_ETL_TEMPORAL_PAYLOAD_KEYS_FILE, name).toBe('/run/secrets/temporal_payload_keys');
  }
  const ui = compose.services['temporal-ui']!;
  const endpoint = new URL(ui.environment!.TEMPORAL_CODEC_ENDPOINT!);
  expect(Object.values(CODEC_PATHS)).toContain(`${endpoint.pathname}/decode`);
  expect(compose.services.api!.ports).toContain(`${endpoint.host}:8080`);
  const origin = new URL(compose.services.api!.environment!.SMART_ETL_TEMPORAL_UI_URL!).host;
  expect(ui.ports).toContain(`${origin}:8080`);
});

describe('docker-compose.yml', () => {
  it.each(services)('%s waits for what exists, in a way that can come true', (_, { depends_on = {} }) => {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      const target = compose.services[name];
      expect(target, name).toBeDefined();
      if (condition === 'service_completed_successfully') expect(target!.restart, name).toBe('no');
      else expect(target!.restart, name).not.toBe(condition === 'service_healthy' ? 'no' : 'never');
      if (condition === 'service_healthy') expect(target!.healthcheck, name).toBeDefined();
    }
  });

  it.each(services)(
    '%s has a pinned image, and what it is built from is here',
    (_, { image, build, command }) => {
      expect(image).toMatch(/^[a-z0-9/-]+:(?!latest)[\w.-]+$/);
      if (build) {
        const context = path.join(root, build.context);
        expect(existsSync(path.join(context, build.dockerfile ?? 'Dockerfile'))).toBe(true);
      }
      if (command?.[0] === 'node') expect(existsSync(path.join(root, command[1]!))).toBe(true);
    },
  );

  it.each(services)('%s publishes to this machine only', (_, { ports = [] }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  });

  it.each(services)('%s mounts files that are here and volumes that are declared', (_, { volumes = [] }) => {
    for (const volume of volumes) {
      const source = interpolated(volume).split(':')[0]!;
      if (source.startsWith('./infra')) expect(existsSync(path.join(root, source)), source).toBe(true);
      else if (!source.startsWith('.')) expect(Object.keys(compose.volumes)).toContain(source);
    }
  });

  it('has secrets that infra/make-secrets makes, each used, and each variable _FILE names one of its service', () => {
    for (const { file } of Object.values(compose.secrets)) {
      expect(statSync(path.join(folder, file)).size, file).toBeGreaterThan(20);
    }
    const used = services.flatMap(([, { secrets = [] }]) => secrets);
    expect(new Set(used)).toEqual(new Set(Object.keys(compose.secrets)));
    for (const [name, { environment = {}, secrets = [] }] of services) {
      for (const value of Object.values(environment)) {
        const secret = /^\/run\/secrets\/(\w+)$/.exec(String(value))?.[1];
        if (secret !== undefined) expect(secrets, name).toContain(secret);
      }
    }
  });

  it('has no password in it', () => {
    expect(text).not.toMatch(/password:\s|:\/\/[^/\s]+:[^/\s]+@/i);
    for (const secret of Object.keys(compose.secrets)) {
      expect(text).not.toContain(readFileSync(path.join(folder, 'secrets', secret), 'utf8'));
    }
  });

  it.each(services.filter(([, { command, environment }]) => command?.[0] === 'node' && environment))(
    '%s is started with settings that config.ts takes',
    (_, { environment = {} }) => {
      const env = Object.fromEntries(
        Object.entries(environment).map(([name, value]) => [
          name,
          interpolated(String(value)).replace('/run/secrets', path.join(folder, 'secrets')),
        ]),
      );
      const config = loadConfig({ ...env, SMART_ETL_HOME: path.join(folder, 'home') });
      expect(config.databaseUrl).toMatch(
        /^postgresql:\/\/smart_etl_(owner|writer|api):[0-9a-f]{48}@postgres:5432/,
      );
      if (config.apiHost !== '127.0.0.1') expect(config.apiToken).toMatch(/^[0-9a-f]{48}$/);
    },
  );

  it('copies into the image every file that its commands reach', () => {
    const dockerfile = readFileSync(path.join(root, 'infra', 'docker', 'Dockerfile'), 'utf8');
    const copied = [...dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm)]
      .flatMap(([, sources]) => sources!.split(' '))
      .map((source) => new RegExp(`^${source.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}(/|$)`));
    const reached = new Set<string>();
    const reach = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      const text = readFileSync(path.join(root, file), 'utf8');
      for (const [, specifier] of text.matchAll(/(?:from|import\()\s*'(\.[^']+\.ts)'/g)) {
        reach(path.join(path.dirname(file), specifier!));
      }
    };
    const commands = services.flatMap(([, { command }]) => (command?.[0] === 'node' ? [command[1]!] : []));
    expect(commands).toContain('cli/main.ts');
    for (const file of [...commands, 'workflows/index.ts', 'dashboard/main.ts']) reach(file);
    expect(reached).toContain('config.ts');
    expect([...reached].filter((file) => !copied.some((source) => source.test(file)))).toEqual([]);
  });

  it('gives Grafana every variable and secret that its provisioning names, and mounts where that looks', () => {
    const { environment = {}, secrets = [], volumes = [] } = compose.services.grafana!;
    const provisioning = path.join(root, 'infra', 'grafana', 'provisioning');
    const files = readdirSync(provisioning, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.yaml'),
    );
    expect(files.length).toBe(3);
    const mounted = volumes.map((volume) => volume.split(':')[1]!);
    for (const file of files) {
      const text = readFileSync(path.join(provisioning, file), 'utf8');
      for (const [, name] of text.matchAll(/\$([A-Z][A-Z_]+)/g))
        expect(environment, file).toHaveProperty(name!);
      for (const [, secret] of text.matchAll(/\$__file\{\/run\/secrets\/(\w+)\}/g))
        expect(secrets).toContain(secret);
      for (const [, place] of text.matchAll(/path: (\/[^\s}]+)/g)) {
        expect(mounted.some((target) => place!.startsWith(target))).toBe(true);
        const source = place!.replace('/etc/smart-etl', path.join(root, 'infra', 'grafana', 'generated'));
        expect(readdirSync(source).length).toBeGreaterThan(0);
      }
      const target = `/etc/grafana/provisioning/${file}`;
      expect(
        mounted.some((place) => target.startsWith(place)),
        target,
      ).toBe(true);
    }
  });

  it('lets Prometheus scrape services of this file at ports they listen on', () => {
    const config = parse(readFileSync(path.join(root, 'infra', 'prometheus', 'prometheus.yml'), 'utf8')) as {
      rule_files: string[];
      scrape_configs: {
        static_configs: { targets: string[] }[];
        authorization?: { credentials_file: string };
      }[];
    };
    for (const file of config.rule_files) {
      expect(existsSync(path.join(root, 'infra', 'prometheus', file)), file).toBe(true);
    }
    const { secrets = [] } = compose.services.prometheus!;
    for (const { static_configs, authorization } of config.scrape_configs) {
      const secret = authorization && path.basename(authorization.credentials_file);
      if (secret !== undefined) expect(secrets).toContain(secret);
      for (const target of static_configs.flatMap(({ targets }) => targets)) {
        const [host, port] = target.split(':');
        const service = compose.services[host === '127.0.0.1' ? 'prometheus' : host!];
        expect(
          service?.ports?.some((published) => published.endsWith(`:${port}`)),
          target,
        ).toBe(true);
      }
    }
  });

  it.each(services)(
    '%s writes into its volumes only, may do nothing special, and is bounded',
    (name, service) => {
      expect(service.read_only).toBe(!WRITES_BESIDE_ITS_PROGRAM.includes(name));
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
      expect(service.mem_limit).toMatch(/^\d+[mg]$/);
      expect(service.pids_limit).toBeGreaterThan(0);
      expect(service.logging?.options['max-size']).toMatch(/^\d+m$/);
      for (const volume of service.volumes ?? []) {
        if (volume.startsWith('./infra')) expect(volume).toMatch(/:ro$/);
      }
      if (service.restart !== 'no' && service.ports && name !== 'temporal-ui')
        expect(service.healthcheck, name).toBeDefined();
    },
  );

  it('starts by itself what the nights depend on, and the rest by its profile', () => {
    const named = (profile: string) =>
      services.filter(([, { profiles = [] }]) => profiles.includes(profile)).map(([name]) => name);
    expect(named('observability')).toEqual(['prometheus', 'grafana']);
    expect(named('tools')).toEqual(['pgadmin']);
    expect(named('demo')).toEqual(['simulator', 'sinks']);
    // Nothing that always starts waits for what may not be there.
    for (const [name, { profiles = [], depends_on = {} }] of services) {
      for (const on of Object.keys(depends_on)) {
        const needed = compose.services[on]!.profiles ?? [];
        if (needed.length > 0) expect(needed, `${name} waits for ${on}`).toEqual(profiles);
      }
    }
  });

  it('makes secrets once: a second run changes none', () => {
    const read = () =>
      readdirSync(path.join(folder, 'secrets')).map((file) =>
        readFileSync(path.join(folder, 'secrets', file), 'utf8'),
      );
    const before = read();
    execFileSync('bash', [path.join(folder, 'infra', 'make-secrets')]);
    expect(read()).toEqual(before);
  });

  it('keeps other users of the machine out of the secrets', () => {
    expect(statSync(path.join(folder, 'secrets')).mode & 0o777).toBe(0o700);
  });

  it('has configuration and rules that promtool takes, where there is one', (context) => {
    const { status } = spawnSync('promtool', ['--version'], { stdio: 'ignore' });
    if (status !== 0) {
      console.warn('no promtool on PATH: its own check of the rules of Prometheus is skipped');
      return context.skip();
    }
    const cwd = path.join(root, 'infra', 'prometheus');
    for (const words of [
      ['check', 'config', '--syntax-only', 'prometheus.yml'],
      ['check', 'rules', '--lint-fatal', 'generated/rules.yml'],
      ['test', 'rules', 'rules.test.yml'],
    ]) {
      const { status, stderr, stdout } = spawnSync('promtool', words, { cwd, encoding: 'utf8' });
      expect(status, `${words.join(' ')}: ${stdout}${stderr}`).toBe(0);
    }
  });

  it('is taken by docker compose, where there is one', (context) => {
    const clients: [string, string[]][] = [
      ['docker', ['compose']],
      ['docker-compose', []],
    ];
    const client = clients.find(([command, words]) => {
      const { status } = spawnSync(command, [...words, 'version'], { stdio: 'ignore' });
      return status === 0;
    });
    if (client === undefined) {
      console.warn('no docker compose on PATH: its own check of the file is skipped');
      return context.skip();
    }
    writeFileSync(path.join(folder, 'docker-compose.yml'), text);
    const [command, words] = client;
    execFileSync(command, [...words, 'config', '--quiet'], { cwd: folder });
  });
});
