import { expect, it } from 'vitest';
import { ROUTES } from '../../api/routes/routes.ts';
import { pageRequests } from './api.ts';

/** Of what is made up while it is asked, of the folder of mails, and of reports, of which the estate has none. */
const NOT_MEASURED = ['/livez', '/readyz', '/v1/mailbox', '/v1/reports/:period/recommendations'];

it('every address a page reads is asked', () => {
  const requests = pageRequests({
    jobs: [{ id: 7, name: 'load' }],
    runs: [{ job_id: 7, run_key: 'r-1' }],
    files: [{ sha256: 'a'.repeat(64) }],
    versions: [3],
    cutoffs: [new Date('2026-10-25T00:00:00Z')],
    oneOf: (items) => items[0]!,
    hours: () => 1,
  });
  const asked = requests.map(({ address }) => new URL(address, 'http://here').pathname);
  const isAsked = (route: string) => {
    const pattern = new RegExp(`^${route.replaceAll(/:[a-zA-Z0-9]+/g, '[^/]+')}$`);
    return asked.some((pathname) => pattern.test(pathname));
  };
  const reading = ROUTES.filter(({ method }) => method === 'GET').map(({ path }) => path);
  const forgotten = reading.filter((route) => !isAsked(route) && !NOT_MEASURED.includes(route));
  expect(forgotten).toEqual([]);
});
