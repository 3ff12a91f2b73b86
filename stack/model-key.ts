/** The key that signs models: generated once, readable by its owner alone, never changed. */
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, existsSync, linkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes the home's Ed25519 private key (PKCS #8, PEM, mode 0600) unless it has one.
 *
 * @param home the state folder, which must exist
 * @returns absolute path of the file
 */
export function ensureModelKey(home: string): string {
  const file = path.join(home, 'model-signing-key.pem');
  if (!existsSync(file)) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const beside = `${file}.${process.pid}.new`;
    writeFileSync(beside, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
    try {
      // It appears whole, and only where none is: models signed by a key that is gone could not be verified.
      linkSync(beside, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(beside);
    }
  }
  chmodSync(file, 0o600);
  return file;
}
