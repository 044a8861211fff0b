/** Somebody asked for something that cannot be done: one sentence that names what was given and what would do. Exit 64. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
