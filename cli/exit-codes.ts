/** Exit codes of `smart-etl`: part of its interface, scripts rely on them. */
export const EXIT = {
  ok: 0,
  /** The answer is no: something is down, a check found something. */
  negative: 1,
  usage: 2,
  config: 3,
  unreachable: 4,
  permission: 5,
  conflict: 6,
  partial: 7,
  bug: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
