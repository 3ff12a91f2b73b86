/** Mail server and webhook receiver of a demo on docker-compose.yml: every message is kept as a file, none goes on. */
import { homeFolder } from '../config.ts';
import { startMailSink } from './mail-sink.ts';
import { startWebhookSink } from './webhook-sink.ts';

/** In a container, where only the other containers reach it. */
const HOST = '0.0.0.0';
const SMTP_PORT = 1025;
const WEBHOOK_PORT = 8025;

const home = homeFolder();
const sinks = await Promise.all([
  startMailSink({ home, port: SMTP_PORT, host: HOST }),
  startWebhookSink({ home, port: WEBHOOK_PORT, host: HOST }),
]);
const stop = async () => {
  await Promise.all(sinks.map((sink) => sink.stop()));
  process.exit(0);
};
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
console.log(`mail on port ${SMTP_PORT}, webhooks on port ${WEBHOOK_PORT}; kept in ${home}`);
