/** The settings of what may be reached outside; for config.ts only. */
import { z } from 'zod';
import {
  isHostPattern,
  isNetwork,
  OUTGOING_DEFAULTS,
  type OutgoingRules,
  refusalOf,
} from './services/outgoing-rules.ts';

const network = z.string().refine(isNetwork, 'an address or a network such as 10.0.0.0/8');
const place = z
  .string()
  .refine(
    (text) => isNetwork(text) || isHostPattern(text),
    'a host such as hooks.example.org or *.example.org, an address, or a network such as 10.0.0.0/8',
  );

export const outgoingSchema = z.strictObject({
  /** Nothing else is reached; null: whatever is not refused. */
  only: z
    .array(place)
    .max(500)
    .nullable()
    .default(OUTGOING_DEFAULTS.only as null),
  /** Loopback, link-local and the like that are reached all the same. */
  local: z.array(network).max(100).default([]),
  /** Spoken to without TLS. */
  http: z.array(place).max(500).default([]),
});

interface Addresses {
  outgoing: OutgoingRules;
  heartbeatUrl: string | null;
  rerun: readonly { http?: { url: string } | undefined }[];
  channels: readonly { target: { url?: string; oauth?: { tokenUrl: string } } }[];
}

/**
 * Refuses addresses of which it is certain already, before any name is looked up, that they would not be reached: what is
 * found out at the start is not found out by an alert that is lost.
 *
 * @throws Error that names the setting, the host, and nothing of the rest of the address
 */
export function checkOutgoing({ outgoing, heartbeatUrl, rerun, channels }: Addresses): void {
  const addresses: [where: string, url: string | null | undefined][] = [
    ['heartbeatUrl', heartbeatUrl],
    ...rerun.map(({ http }, index): [string, string | undefined] => [`rerun.${index}.http.url`, http?.url]),
    ...channels.flatMap(({ target }, index): [string, string | undefined][] => [
      [`alerts.channels.${index}.settings.url`, target.url],
      [`alerts.channels.${index}.settings.oauth.tokenUrl`, target.oauth?.tokenUrl],
    ]),
  ];
  for (const [where, url] of addresses) {
    if (typeof url !== 'string') continue;
    const why = refusalOf(new URL(url), null, outgoing);
    if (why !== null) throw new Error(`${where}: ${why}`);
  }
}
