/** The settings of the link to Temporal; for config.ts only. */
import { z } from 'zod';
import { url } from './config-fields.ts';

const file = z.string().min(1).nullable();

export const temporalSettings = {
  temporalAddress: z.string().regex(/^[^\s:]+:\d+$/, 'host:port'),
  temporalNamespace: z.string().min(1),
  temporalUiUrl: url(['http:', 'https:']),
  /**
   * PEM of the authorities that may vouch for Temporal; relative paths start at the home folder. This or any of the next
   * three means that Temporal is only spoken to over TLS; without it the authorities of the system are trusted.
   */
  temporalTlsCaFile: file,
  /** PEM of the certificate by which Temporal knows us (mTLS), and its key (PKCS #8, without a passphrase). */
  temporalTlsCertFile: file,
  temporalTlsKeyFile: file,
  /** The name in Temporal's certificate, where it is not that of temporalAddress. */
  temporalTlsServerName: z.string().min(1).nullable(),
  /** Keys by which all that Temporal is given to keep is encrypted, one a line; null: it is kept readable. */
  temporalPayloadKeysFile: file,
};

export const TEMPORAL_DEFAULTS = {
  temporalAddress: '127.0.0.1:7233',
  temporalNamespace: 'default',
  temporalUiUrl: 'http://127.0.0.1:8233',
  temporalTlsCaFile: null,
  temporalTlsCertFile: null,
  temporalTlsKeyFile: null,
  temporalTlsServerName: null,
  temporalPayloadKeysFile: null,
};
