import { expect, test } from 'vitest';
import { scramVerifier } from './scram.ts';

test('the verifier holds the keys of the exchange in RFC 7677 section 3', () => {
  // The RFC gives salt, count and messages for user/pencil; StoredKey and ServerKey as computed from them with
  // Python 3 hashlib and hmac, which also give the RFC's proof dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=.
  expect(scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'), 4096)).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

test('the same password gives another verifier each time', () => {
  expect(scramVerifier('pencil')).not.toBe(scramVerifier('pencil'));
});
