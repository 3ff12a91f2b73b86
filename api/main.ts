import pino from 'pino';
import { ConfigError, loadConfig } from '../config.ts';
import { BadTemporalSetting } from '../services/bad-temporal-setting.ts';
import { startApi } from './server.ts';

/** Exit codes of the whole system: see the design's names. */
const EXIT_CONFIG = 3;
const EXIT_BUG = 70;
/** A browser that keeps its connection open must not keep a stopped process alive. */
const LONGEST_STOP_MS = 5_000;

async function main(): Promise<void> {
  const config = loadConfig();
  const log = pino({ name: 'api', level: config.logLevel });
  const api = await startApi(config, log);
  log.info({ url: api.url }, 'listening');

  let stopping = false;
  const stop = async (reason: string) => {
    if (stopping) return;
    stopping = true;
    log.info({ reason }, 'stopping');
    setTimeout(() => process.exit(0), LONGEST_STOP_MS).unref();
    await api.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  // The parent that supervises us died without a word: its children follow.
  process.on('disconnect', () => void stop('the parent process ended'));
  process.send?.({ ready: true, url: api.url });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Error)) throw error;
  const { code } = error as NodeJS.ErrnoException;
  const expected =
    error instanceof ConfigError ||
    error instanceof BadTemporalSetting ||
    code === 'EADDRINUSE' ||
    code === 'EACCES';
  console.error(expected ? `api: ${error.message}` : error);
  process.exit(expected ? EXIT_CONFIG : EXIT_BUG);
}
