/** A promise with a limit. The wait itself is for the state; the limit only ends a wait that is in vain. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'
}

export async function deadline<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new DeadlineError(`waited ${timeoutMs} ms for ${what} in vain`)),
      timeoutMs,
    )
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
