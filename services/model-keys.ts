import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A key of models cannot be used. Never cured by trying again; the text holds nothing of the key. */
export class BadModelKey extends Error {
  override name = 'BadModelKey';
}

export interface ModelSignature {
  /** First 16 digits of the SHA-256 of the public key (SubjectPublicKeyInfo, DER). */
  keyId: string;
  /** 64 bytes, RFC 8032. */
  signature: Buffer;
}

/** Who signs the manifests of models here, and whose signatures are trusted. */
export interface ModelKeys {
  /** Signs with Ed25519: the same bytes, the same signature. @throws BadModelKey when no key to sign with is configured */
  sign(bytes: Uint8Array): ModelSignature;
  /** Whether a trusted key made this signature of these bytes; `unknown-key`: none of that name is trusted. */
  check(bytes: Uint8Array, signature: ModelSignature): 'valid' | 'wrong' | 'unknown-key';
  /** Names of the trusted keys; empty: nothing can be verified. */
  readonly trusted: readonly string[];
  /** The public half of the key that signs here, as PEM; null: nothing is signed here. */
  readonly publicPem: string | null;
}

export interface ModelKeyFiles {
  /** PEM (PKCS #8) of an Ed25519 private key; null: nothing is signed here. */
  modelSigningKeyFile: string | null;
  /** PEM of any number of Ed25519 public keys, such as those that signed before, and lines from #; null: the one above alone. */
  modelTrustedKeysFile: string | null;
}

const PUBLIC_KEY = /-----BEGIN PUBLIC KEY-----[\s\S]+?-----END PUBLIC KEY-----/g;
const COMMENT = /^#.*$/gm;

/** The name of a public key. */
const keyIdOf = (key: KeyObject): string =>
  createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest('hex')
    .slice(0, 16);

/**
 * Reads the keys of models.
 *
 * @throws BadModelKey naming the file that cannot be read or holds no such key
 */
export function readModelKeys({ modelSigningKeyFile, modelTrustedKeysFile }: ModelKeyFiles): ModelKeys {
  const own = modelSigningKeyFile === null ? null : readOwn(modelSigningKeyFile);
  const trusted = new Map<string, KeyObject>();
  const trust = (key: KeyObject) => trusted.set(keyIdOf(key), key);
  if (own !== null) trust(createPublicKey(own));
  if (modelTrustedKeysFile !== null) {
    const text = textOf(modelTrustedKeysFile);
    if (text.replaceAll(PUBLIC_KEY, '').replaceAll(COMMENT, '').trim() !== '') {
      throw new BadModelKey(
        `${modelTrustedKeysFile}: expected PEM of public keys and lines from #, found more`,
      );
    }
    for (const pem of text.match(PUBLIC_KEY) ?? []) {
      trust(ed25519(modelTrustedKeysFile, 'public keys', () => createPublicKey(pem)));
    }
  }
  return {
    sign(bytes) {
      if (own === null) {
        throw new BadModelKey('no model can be signed: the setting modelSigningKeyFile names no private key');
      }
      return { keyId: keyIdOf(createPublicKey(own)), signature: sign(null, bytes, own) };
    },
    check(bytes, { keyId, signature }) {
      const key = trusted.get(keyId);
      if (key === undefined) return 'unknown-key';
      return verify(null, bytes, key, signature) ? 'valid' : 'wrong';
    },
    trusted: [...trusted.keys()],
    publicPem: own && createPublicKey(own).export({ type: 'spki', format: 'pem' }).toString(),
  };
}

function readOwn(file: string): KeyObject {
  const text = textOf(file);
  return ed25519(file, 'a private key', () => createPrivateKey(text));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new BadModelKey(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

/** What the parser says of a key may quote it: only that it failed is told. */
function ed25519(file: string, what: string, read: () => KeyObject): KeyObject {
  let key: KeyObject;
  try {
    key = read();
  } catch {
    throw new BadModelKey(`${file}: expected ${what} as PEM, found something else`);
  }
  if (key.asymmetricKeyType !== 'ed25519') {
    throw new BadModelKey(`${file}: expected Ed25519, found ${key.asymmetricKeyType}`);
  }
  return key;
}
