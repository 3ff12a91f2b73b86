/** The link to Temporal: every client and every worker is made by what stands here, so all speak TLS and encrypt, or none. */
import { Client, Connection, type ConnectionLike } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { createPayloadCodec } from './payload-codec.ts';
import { readPayloadKeys } from './payload-keys.ts';
import { readTemporalTls, requireTrust, type TemporalTls, type TemporalTlsSettings } from './temporal-tls.ts';

export interface TemporalLink extends TemporalTlsSettings {
  /** host:port */
  temporalAddress: string;
  temporalNamespace: string;
  /** See payload-keys.ts. */
  temporalPayloadKeysFile: string | null;
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Of a connection, for clients and for workers. */
export interface TemporalConnectionOptions {
  address: string;
  tls?: TemporalTls;
}

/**
 * How to connect, after both sides have trusted one another once.
 *
 * @throws BadTemporalSetting when a setting is wrong, or when one side does not trust the other: never cured by trying again
 */
export async function connectionOptionsOf(
  link: TemporalLink,
  timeoutMs: number = CONNECT_TIMEOUT_MS,
): Promise<TemporalConnectionOptions> {
  const { temporalAddress: address } = link;
  const tls = readTemporalTls(link);
  if (tls === null) return { address };
  await requireTrust(address, tls, timeoutMs);
  return { address, tls };
}

/** Encrypts what Temporal keeps, where there are keys. @throws BadTemporalSetting */
export const payloadCodecOf = (link: Pick<TemporalLink, 'temporalPayloadKeysFile'>): PayloadCodec =>
  createPayloadCodec(readPayloadKeys(link.temporalPayloadKeysFile));

/**
 * A client of the namespace over a connection that there is.
 *
 * @throws BadTemporalSetting when the keys of payloads cannot be read
 */
export const temporalClient = (
  connection: ConnectionLike,
  link: Pick<TemporalLink, 'temporalNamespace' | 'temporalPayloadKeysFile'>,
): Client =>
  new Client({
    connection,
    namespace: link.temporalNamespace,
    dataConverter: { payloadCodecs: [payloadCodecOf(link)] },
  });

export interface TemporalAccess {
  connection: Connection;
  client: Client;
}

/**
 * Connects; whoever does closes the connection.
 *
 * @throws BadTemporalSetting as above; the SDK's error when nobody answers in time
 */
export async function connectTemporal(link: TemporalLink, timeoutMs?: number): Promise<TemporalAccess> {
  const options = await connectionOptionsOf(link, timeoutMs);
  const connection = await Connection.connect({
    ...options,
    connectTimeout: timeoutMs ?? CONNECT_TIMEOUT_MS,
  });
  return { connection, client: temporalClient(connection, link) };
}
