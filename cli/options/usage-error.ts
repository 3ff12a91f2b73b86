/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** What was asked for cannot be done next to what is there: exit code 6. */
export class ConflictError extends Error {
  override name = 'ConflictError';
}
