/** The receiver refused the message for good. Trying again cannot help. */
export class MessageRefused extends Error {
  override name = 'MessageRefused';
}

/** The receiver cannot take it now, or does not answer. It may have taken it all the same. */
export class ReceiverBusy extends Error {
  override name = 'ReceiverBusy';
  /** How long it asks to be left alone; null: it does not say. */
  readonly retryAfterMs: number | null;

  constructor(message: string, retryAfterMs: number | null = null) {
    super(message);
    this.retryAfterMs = retryAfterMs;
  }
}

/** Shorter ones are ordinary words. */
const SHORTEST_SECRET = 6;

/** A text with every secret in it, also in parts of addresses, blotted out; receivers repeat what they got. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length)
    .reduce((told, secret) => told.replaceAll(secret, '***'), text);
}
