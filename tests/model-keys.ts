import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { ModelKeyFiles } from '../services/model-keys.ts';

/** Where the key of a stage is. */
export const modelKeyFile = (folder: string): string => path.join(folder, 'model-signing-key.pem');

/** Makes a key to sign models with in a folder that is removed afterwards; one that is there stays. */
export function writeModelKeys(folder: string): ModelKeyFiles {
  const file = modelKeyFile(folder);
  if (!existsSync(file)) {
    mkdirSync(folder, { recursive: true });
    const { privateKey } = generateKeyPairSync('ed25519');
    writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  return { modelSigningKeyFile: file, modelTrustedKeysFile: null };
}
