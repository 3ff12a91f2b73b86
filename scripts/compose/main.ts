/** `scripts/without-containers`: what `docker compose up` starts, without an engine for containers. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startMailSink } from '../../stack/mail-sink.ts';
import { freePort } from '../../stack/ports.ts';
import { removeHome } from '../../stack/postgres-account.ts';
import { ServerFailed } from '../../stack/server-process.ts';
import { runServices } from './run-services.ts';

const EXIT_USAGE = 2;
const EXIT_DEPENDENCY = 4;

const USAGE = `usage: scripts/without-containers [--scale SERVICE=NUMBER]…

Starts the services of docker-compose.yml as processes of this machine until Ctrl-C.
  --scale SERVICE=NUMBER   as of docker compose up; worker=2 for example`;

function scaleOf(words: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    words.map((word) => {
      const [, service, count] = /^([a-z-]+)=([1-9]\d?)$/.exec(word) ?? [];
      if (service === undefined) throw new TypeError(`--scale: expected SERVICE=NUMBER, found ${word}`);
      return [service, Number(count)];
    }),
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      scale: { type: 'string', multiple: true, default: [] },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return;
  }
  const scale = scaleOf(values.scale);
  const folder = mkdtempSync(path.join(tmpdir(), 'smart-etl-services-'));
  const mailHome = mkdtempSync(path.join(tmpdir(), 'smart-etl-mail-'));
  const mailSink = await startMailSink({ home: mailHome, port: await freePort() });
  const asked = new Promise<void>((resolve) => {
    // However often: a stop that is under way is not cut short, it would leave servers behind.
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => resolve());
  });
  try {
    const services = await runServices({
      ...{ folder, scale },
      variables: { SMTP_URL: mailSink.url },
      onProgress: (text) => console.error(text),
    });
    const lines = [
      `page and API     http://127.0.0.1:${services.portOf('api:8080')} (any name, password: ${folder}/secrets/api_token)`,
      `Temporal         127.0.0.1:${services.portOf('temporal:7233')}`,
      `drop folder      ${services.place.pathOf('worker', '/drop')}`,
      `mail             ${mailSink.folder}`,
      `logs             ${folder}/logs`,
      `not started      ${services.left.join(', ')}: images of others`,
      'Ctrl-C stops everything and removes it.',
    ];
    console.log(lines.join('\n'));
    await asked;
    console.error('stopping …');
    await services.stop();
    removeHome(services.place.dataOf('postgres'));
  } finally {
    await mailSink.stop();
    for (const made of [folder, mailHome]) rmSync(made, { recursive: true, force: true });
  }
}

try {
  await main();
} catch (error) {
  if (error instanceof ServerFailed) {
    console.error([error.message, ...error.lastLines].join('\n'));
    process.exitCode = EXIT_DEPENDENCY;
  } else if (error instanceof TypeError) {
    console.error(`${error.message}\n${USAGE}`);
    process.exitCode = EXIT_USAGE;
  } else throw error;
}
