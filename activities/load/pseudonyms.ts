import { createHmac } from 'node:crypto';
import { openReader, type TableReader } from './table-reader.ts';

/** 64 bits: among a million people two share a pseudonym with probability 3e-8. */
const HEX_DIGITS = 16;
/** So many pseudonyms are kept in mind; there are far fewer owners than rows. */
const MAX_REMEMBERED = 10_000;

/**
 * The pseudonym of a person: `p_` and the first 16 hexadecimal digits of HMAC-SHA-256 (RFC 2104) over the name in
 * NFC and lower case. The same name has the same pseudonym as long as the key is the same; without the key nobody can
 * tell which name it is, not even by trying all of them.
 */
export function pseudonymOf(key: string, name: string): string {
  const hmac = createHmac('sha256', key).update(name.normalize('NFC').toLowerCase());
  return `p_${hmac.digest('hex').slice(0, HEX_DIGITS)}`;
}

/**
 * A reader whose records name nobody where there is a key. Refused rows are kept without their bytes and without
 * what was found in them, for nobody knows where in them a name stands; place and code lead to the original.
 */
export function openPrivateReader(key: string | null, ...file: Parameters<typeof openReader>): TableReader {
  const reader = openReader(...file);
  if (key === null) return reader;
  const known = new Map<string, string>();
  const pseudonym = (name: string): string => {
    let found = known.get(name);
    if (found === undefined) {
      if (known.size === MAX_REMEMBERED) known.clear();
      found = pseudonymOf(key, name);
      known.set(name, found);
    }
    return found;
  };
  const hide = <Batch extends ReturnType<TableReader['push']>>(batch: Batch): Batch => {
    for (const record of batch.records) {
      if ('owner' in record && record.owner !== null) record.owner = pseudonym(record.owner);
    }
    for (const row of batch.refused) {
      row.bytes = new Uint8Array(0);
      row.detail = 'not kept beside the original: owners are pseudonymised';
    }
    return batch;
  };
  return {
    get dialect() {
      return reader.dialect;
    },
    push: (chunk) => hide(reader.push(chunk)),
    end: () => hide(reader.end()),
  };
}
