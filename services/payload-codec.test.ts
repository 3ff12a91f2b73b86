import { createDecipheriv, randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPayloadCodec, isEncrypted, TamperedPayload, UnknownPayloadKey } from './payload-codec.ts';
import type { PayloadKey } from './payload-keys.ts';

const key = (id: string): PayloadKey => ({ id, secret: randomBytes(32) });
const [OLD, NEW] = [key('00000000000000aa'), key('00000000000000bb')];
const bytesOf = (payload: Payload): Payload => ({
  metadata: Object.fromEntries(
    Object.entries(payload.metadata ?? {}).map(([name, bytes]) => [name, Buffer.from(bytes)]),
  ),
  data: Buffer.from(payload.data ?? []),
});
const values = fc.jsonValue();
const payloads = fc.record({
  metadata: fc.dictionary(
    fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name !== '__proto__'),
    fc.uint8Array({ maxLength: 40 }),
    { noNullPrototype: true },
  ),
  data: fc.uint8Array({ maxLength: 70_000 }),
});

describe('the codec of payloads', () => {
  it('gives back any payload as it was, and shows nothing of it meanwhile', async () => {
    const codec = createPayloadCodec([NEW]);
    await fc.assert(
      fc.asyncProperty(fc.array(payloads, { maxLength: 4 }), async (all) => {
        const encoded = await codec.encode(all);
        expect(encoded.every(isEncrypted)).toBe(true);
        for (const [index, { data = new Uint8Array() }] of all.entries()) {
          expect(Object.keys(encoded[index]!.metadata!).sort()).toEqual(['encoding', 'encryption-key-id']);
          if (data.length >= 8)
            expect(Buffer.from(encoded[index]!.data!).includes(Buffer.from(data))).toBe(false);
        }
        expect((await codec.decode(encoded)).map(bytesOf)).toEqual(all.map(bytesOf));
      }),
    );
    await fc.assert(
      fc.asyncProperty(values, async (value) => {
        const [encoded] = await codec.encode([defaultPayloadConverter.toPayload(value)]);
        const [decoded] = await codec.decode([encoded!]);
        const plain = defaultPayloadConverter.fromPayload(defaultPayloadConverter.toPayload(value));
        expect(defaultPayloadConverter.fromPayload(decoded!)).toEqual(plain);
      }),
    );
  });

  it('writes what Temporal’s own samples read: 12 bytes, the encrypted message, 16 bytes of tag', async () => {
    const plain = defaultPayloadConverter.toPayload({ who: 'ann' });
    const [{ metadata, data } = {}] = await createPayloadCodec([NEW]).encode([plain]);
    expect(Buffer.from(metadata!.encoding!).toString()).toBe('binary/encrypted');
    const bytes = Buffer.from(data!);
    const decipher = createDecipheriv('aes-256-gcm', NEW.secret, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(-16));
    const message = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]);
    expect(bytesOf(temporal.api.common.v1.Payload.decode(message) as Payload)).toEqual(bytesOf(plain));
  });

  it('never encrypts the same twice in the same way', async () => {
    const codec = createPayloadCodec([NEW]);
    const plain = defaultPayloadConverter.toPayload('again');
    const seen = await codec.encode(Array.from({ length: 1_000 }, () => plain));
    expect(new Set(seen.map(({ data }) => Buffer.from(data!.subarray(0, 12)).toString('hex'))).size).toBe(
      1_000,
    );
  });

  it('refuses what was changed in any bit or cut, for good', async () => {
    const codec = createPayloadCodec([NEW]);
    const [encoded] = await codec.encode([
      defaultPayloadConverter.toPayload({ who: 'ann', why: 'a reason' }),
    ]);
    const length = encoded!.data!.length;
    await fc.assert(
      fc.asyncProperty(fc.nat(length * 8 - 1), async (bit) => {
        const data = Buffer.from(encoded!.data!);
        data[bit >> 3]! ^= 1 << (bit & 7);
        await expect(codec.decode([{ ...encoded!, data }])).rejects.toThrow(TamperedPayload);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(length - 1), async (kept) => {
        const data = encoded!.data!.subarray(0, kept);
        await expect(codec.decode([{ ...encoded!, data }])).rejects.toThrow(TamperedPayload);
      }),
    );
    const { data: _, ...without } = encoded!;
    await expect(codec.decode([without])).rejects.toThrow(
      'a payload is not what was encrypted with the key 00000000000000bb: it was changed or cut',
    );
  });

  it('reads with every key there is, writes with the first, and names a key that is not there', async () => {
    const plain = defaultPayloadConverter.toPayload('text');
    const [before] = await createPayloadCodec([OLD]).encode([plain]);
    const rotated = createPayloadCodec([NEW, OLD]);
    const [after] = await rotated.encode([plain]);
    expect((await rotated.decode([before!, after!])).map(bytesOf)).toEqual([plain, plain].map(bytesOf));
    expect(Buffer.from(after!.metadata!['encryption-key-id']!).toString()).toBe(NEW.id);
    await expect(createPayloadCodec([NEW]).decode([before!])).rejects.toThrow(UnknownPayloadKey);
    await expect(createPayloadCodec([NEW]).decode([before!])).rejects.toThrow(
      `a payload is encrypted with the key ${OLD.id}; temporalPayloadKeysFile has ${NEW.id}`,
    );
    await expect(createPayloadCodec([]).decode([before!])).rejects.toThrow(
      'temporalPayloadKeysFile has none',
    );
    const forged = {
      ...before!,
      metadata: { ...before!.metadata, 'encryption-key-id': Buffer.from('<b>\n') },
    };
    await expect(createPayloadCodec([NEW]).decode([forged])).rejects.toThrow('the key of no known form;');
  });

  it('takes what is not encrypted as it is, and encrypts nothing without a key', async () => {
    const plain = [
      defaultPayloadConverter.toPayload({ who: 'ann' }),
      defaultPayloadConverter.toPayload(undefined),
    ];
    expect(await createPayloadCodec([NEW]).decode(plain)).toEqual(plain);
    expect(await createPayloadCodec([]).encode(plain)).toBe(plain);
    expect(await createPayloadCodec([]).decode(plain)).toEqual(plain);
  });
});
