/** What was at the bottom of an error: of a workflow that failed, why. */
export function innermostCause(error: Error): Error {
  let cause = error;
  while (cause.cause instanceof Error) cause = cause.cause;
  return cause;
}
