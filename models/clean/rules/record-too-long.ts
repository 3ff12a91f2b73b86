import type { CleaningRule, RowRefusal } from './rule.ts';

export const recordTooLong: CleaningRule = {
  code: 'record-too-long',
  kind: 'refuse',
  appliesTo: 'all',
  title: { en: 'Record too long', fr: 'Enregistrement trop long' },
  meaning: 'A single line is longer than the cap (1 MiB).',
  example: 'a line of 1 GB without an end',
  whatIsDone:
    'The line goes to quarantine with its first bytes, its offset and its true length; reading goes on behind it.',
};

export function refuseRecordTooLong(byteLength: number, maxRecordBytes: number): RowRefusal {
  return {
    code: recordTooLong.code,
    detail: `a line may have at most ${maxRecordBytes} bytes, found ${byteLength}`,
  };
}
