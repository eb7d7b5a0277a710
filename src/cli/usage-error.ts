/** Trouble in arguments, config or files that a person can mend: shown as one line each, without a stack; the exit code is 2. */
export class UsageError extends Error {}
