/**
 * Where the services of docker-compose.yml live when they are processes of this machine: the files of the image, secrets,
 * volumes and addresses, each in a folder of its own, and the rule by which texts that name them are read here.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  globSync,
  linkSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { findBinary } from '../../stack/binaries.ts';
import { type Account, postgresAccount } from '../../stack/postgres-account.ts';
import { type ComposeService, type ImageContent, readDockerfile } from './compose-file.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');

export interface ServicePlace {
  folder: string;
  /** The files of the image, and nothing else of the checkout. */
  app: string;
  image: ImageContent;
  /** The same files as another release: only its number differs. */
  release(version: string): string;
  /** Programs that the images of others bring with them. */
  bin: string;
  /** Who runs our processes when we are root, as the image has a user of its own. */
  account: Account | undefined;
  /** What infra/make-secrets made. */
  secretOf(name: string): string;
  /** A text that names addresses and folders of containers, as it is to be read here. */
  here(service: ComposeService, text: string): string;
  /** What a container sees at a path, by the volumes of its service. */
  pathOf(service: string, inside: string): string;
  /** A folder of the service's own. */
  folderOf(service: ComposeService, kind: 'data' | 'tmp'): string;
  /** Where PostgreSQL has its data. */
  dataOf(service: string): string;
  /** The state folder of our processes, which a read-only container cannot write to. */
  home: string;
}

/**
 * @param folder absolute and empty; whoever asked removes it
 * @param ports on loopback, by `host:port` between containers
 * @param onNotice told of what is not as in a container
 */
export function makePlace(
  folder: string,
  services: readonly ComposeService[],
  ports: ReadonlyMap<string, number>,
  onNotice: (text: string) => void,
): ServicePlace {
  chmodSync(folder, 0o755);
  const account = accountThatReaches(folder, onNotice);
  cpSync(path.join(ROOT, 'infra'), path.join(folder, 'infra'), { recursive: true });
  execFileSync('bash', [path.join(folder, 'infra', 'make-secrets')], { stdio: 'ignore' });
  const image = readDockerfile(path.join(ROOT, 'infra', 'docker', 'Dockerfile'));
  const secretOf = (name: string) => readFileSync(path.join(folder, 'secrets', name), 'utf8');
  const own = (name: string) => {
    if (account) chownSync(name, account.uid, account.gid);
    return name;
  };
  const secretFolders = new Map<string, string>();
  const place: ServicePlace = {
    folder,
    app: copyImage(path.join(folder, 'app'), image),
    image,
    bin: placePrograms(path.join(folder, 'bin')),
    account,
    secretOf,
    folderOf: (service, kind) => own(made(path.join(folder, kind, service.name))),
    release(version) {
      const app = copyImage(path.join(folder, `app-${version}`), image);
      const file = path.join(app, 'package.json');
      const description = JSON.parse(readFileSync(file, 'utf8')) as object;
      writeFileSync(file, JSON.stringify({ ...description, version }));
      return app;
    },
    home: made(path.join(folder, 'home')),
    dataOf: (service) => path.join(folder, 'data', service),
    pathOf(service, inside) {
      return place.here(services.find(({ name }) => name === service)!, inside);
    },
    here(service, text) {
      let read = text.replaceAll('/run/secrets', secretFolders.get(service.name) ?? '/run/secrets');
      for (const { source, target } of service.volumes) {
        const outside = sourceIn(folder, source);
        read = read.replaceAll(new RegExp(`(?<![\\w/])${target}(?![\\w-])`, 'g'), outside);
      }
      return addressesHere(read, ports);
    },
  };
  for (const service of services) {
    // Only what the service is given, as compose mounts it.
    const given = path.join(folder, 'run-secrets', service.name);
    made(given);
    secretFolders.set(service.name, given);
    for (const name of service.secrets) {
      const file = path.join(given, name);
      writeFileSync(file, addressesHere(secretOf(name), ports), { mode: 0o400 });
      own(file);
    }
    for (const { source } of service.volumes) {
      if (source.startsWith('./infra') || source.startsWith('/')) continue;
      own(made(sourceIn(folder, source)));
    }
  }
  return place;
}

function made(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** `postgres:5432` → `127.0.0.1:40123`; what is no address of a service stays. */
export function addressesHere(text: string, ports: ReadonlyMap<string, number>): string {
  return text.replace(/(?<![\w.-])([a-z][a-z-]*):(\d+)(?!\d)/g, (whole) => {
    const port = ports.get(whole);
    return port === undefined ? whole : `127.0.0.1:${port}`;
  });
}

/** Of a volume: a folder beside the file, or one that compose keeps by its name. */
const sourceIn = (folder: string, source: string): string =>
  path.resolve(folder, source.startsWith('.') ? source : path.join('volumes', source));

/** The files that the image copies. Its packages are those of the checkout, with the ones that only tests need. */
function copyImage(app: string, { copied }: ImageContent): string {
  mkdirSync(app);
  for (const pattern of copied) {
    for (const name of globSync(pattern, { cwd: ROOT })) {
      cpSync(path.join(ROOT, name), path.join(app, name), { recursive: true });
    }
  }
  symlinkSync(realpathSync(path.join(ROOT, 'node_modules')), path.join(app, 'node_modules'));
  return app;
}

function placePrograms(bin: string): string {
  mkdirSync(bin);
  for (const name of ['temporal', 'temporal-server', 'temporal-sql-tool', 'minio'] as const) {
    placeProgram(findBinary(name).path, path.join(bin, name));
  }
  placeProgram(process.execPath, path.join(bin, 'node'));
  return bin;
}

/** Another name for the same file: whoever runs it need not be able to enter the folder it was in. */
function placeProgram(program: string, name: string): void {
  try {
    linkSync(realpathSync(program), name);
  } catch {
    // Another file system, or links to files of others are not allowed.
    cpSync(realpathSync(program), name);
  }
}

/** Somebody who is not root, can enter the folder and read the packages; ourselves where nobody can. */
function accountThatReaches(folder: string, onNotice: (text: string) => void): Account | undefined {
  const account = postgresAccount();
  if (account === undefined) return undefined;
  const { uid, gid } = account;
  const packages = realpathSync(path.join(ROOT, 'node_modules', 'pg', 'package.json'));
  const program = `process.chdir(${JSON.stringify(folder)}); require(${JSON.stringify(packages)})`;
  const tried = spawnSync(process.execPath, ['-e', program], { uid, gid, cwd: '/', stdio: 'ignore' });
  if (tried.status === 0) return account;
  onNotice(`${account.name} cannot read ${ROOT} or enter ${folder}: our processes run as root here`);
  return undefined;
}
