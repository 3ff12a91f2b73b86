/** Links between worker and API and their servers, and a second worker. */
import path from 'node:path';
import { loadCredentials } from '../../stack/credentials.ts';
import { childEnvironment } from '../../stack/environment.ts';
import { openLogFile } from '../../stack/log-file.ts';
import { startNodeService } from '../../stack/node-script.ts';
import type { Ports } from '../../stack/ports.ts';
import { postgresUrls } from '../../stack/postgres-roles.ts';
import type { ServerProcess } from '../../stack/server-process.ts';
import { LINKS, type LinkName } from './fault-plan.ts';
import { type FaultyLink, openLink } from './faulty-link.ts';

const PORT_OF = { postgres: 'postgres', temporal: 'temporal', 'object-store': 'objectStore' } as const;

export class ChaosLinks {
  readonly #open = new Map<LinkName, FaultyLink>();
  #reachedAt: Ports | undefined;

  /** Opens a link before each server, and tells where they are. */
  async reachedAt(ports: Ports): Promise<Ports> {
    const reached = { ...ports };
    for (const name of LINKS) {
      const link = await openLink(ports[PORT_OF[name]]);
      this.#open.set(name, link);
      reached[PORT_OF[name]] = link.port;
    }
    this.#reachedAt = reached;
    return reached;
  }

  link(name: LinkName): FaultyLink {
    return this.#open.get(name)!;
  }

  /** Takes over what a worker that froze has left. */
  startSecondWorker(home: string): Promise<ServerProcess> {
    const urls = postgresUrls(loadCredentials(home), this.#reachedAt!.postgres);
    return startNodeService({
      name: 'second worker',
      script: path.join(import.meta.dirname, '..', '..', 'worker', 'main.ts'),
      env: childEnvironment({ SMART_ETL_HOME: home, SMART_ETL_DATABASE_URL: urls.writerUrl }),
      log: openLogFile(path.join(home, 'logs'), 'second-worker'),
      drainMs: 15_000,
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((link) => link.close()));
  }
}
