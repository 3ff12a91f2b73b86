import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { PayloadKey, PayloadKeys } from './payload-keys.ts';

/** What is encrypted with a key that is not in the file of keys here. Trying again helps once it is there. */
export class UnknownPayloadKey extends Error {
  override name = 'UnknownPayloadKey';
}

/** What is not what was encrypted: changed, cut or made up. Never cured by trying again. */
export class TamperedPayload extends Error {
  override name = 'TamperedPayload';
}

/** As in Temporal's own samples, so that its tools know what they see. */
const ENCODING = 'binary/encrypted';
const KEY_ID = 'encryption-key-id';
const CIPHER = 'aes-256-gcm';
/** NIST SP 800-38D, 8.2.2: random bits of this length serve 2^32 payloads a key. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

// Its exports are not seen by an import: it is CommonJS made by a generator.
const { temporal } = createRequire(import.meta.url)(
  '@temporalio/proto',
) as typeof import('@temporalio/proto');
const { Payload: PayloadMessage } = temporal.api.common.v1;
const metadataText = ({ metadata }: Payload, name: string): string =>
  Buffer.from(metadata?.[name] ?? []).toString('utf8');

/** Whether a payload was encrypted by {@link createPayloadCodec}, here or elsewhere. */
export const isEncrypted = (payload: Payload): boolean => metadataText(payload, 'encoding') === ENCODING;

/**
 * Encrypts what Temporal is given to keep with the first key, and decrypts with whichever key it was: AES-256-GCM, the whole
 * payload with its metadata; the name of the key stands beside it. What is not encrypted is taken as it is, so that a
 * workflow goes on that began before there was a key.
 */
export function createPayloadCodec(keys: PayloadKeys): PayloadCodec {
  const [first] = keys;
  const keyOf = new Map(keys.map((key) => [key.id, key]));
  const decrypted = (payload: Payload): Payload => {
    if (!isEncrypted(payload)) return payload;
    const id = metadataText(payload, KEY_ID);
    const key = keyOf.get(id);
    if (key === undefined) {
      const name = /^[0-9a-f]{16}$/.test(id) ? id : 'of no known form';
      throw new UnknownPayloadKey(
        `a payload is encrypted with the key ${name}; temporalPayloadKeysFile has ${[...keyOf.keys()].join(', ') || 'none'}`,
      );
    }
    return decrypt(payload.data ?? new Uint8Array(), key);
  };
  return {
    encode: async (payloads) =>
      first === undefined ? payloads : payloads.map((payload) => encrypt(payload, first)),
    decode: async (payloads) => payloads.map(decrypted),
  };
}

function encrypt(payload: Payload, { id, secret }: PayloadKey): Payload {
  const iv = randomBytes(IV_BYTES);
  const cipher = createCipheriv(CIPHER, secret, iv, { authTagLength: TAG_BYTES });
  const plain = PayloadMessage.encode(payload).finish();
  const data = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  return { metadata: { encoding: Buffer.from(ENCODING), [KEY_ID]: Buffer.from(id) }, data };
}

function decrypt(data: Uint8Array, { id, secret }: PayloadKey): Payload {
  if (data.length < IV_BYTES + TAG_BYTES) throw tampered(id);
  const decipher = createDecipheriv(CIPHER, secret, data.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAuthTag(data.subarray(-TAG_BYTES));
  let plain: Buffer;
  try {
    plain = Buffer.concat([decipher.update(data.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw tampered(id);
  }
  const { metadata, data: inner } = PayloadMessage.decode(plain);
  return { metadata, data: inner };
}

const tampered = (id: string): TamperedPayload =>
  new TamperedPayload(`a payload is not what was encrypted with the key ${id}: it was changed or cut`);
