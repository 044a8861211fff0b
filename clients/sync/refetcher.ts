/** Refetching, one at a time: whoever asks while one is under way gets one more after it, however many ask. */
export type Refetcher = {
  request(): Promise<void>
}

export function createRefetcher(refetch: () => Promise<void>): Refetcher {
  let running: Promise<void> | null = null
  let following: Promise<void> | null = null

  function run(): Promise<void> {
    running = refetch().finally(() => {
      running = null
    })
    return running
  }

  return {
    request() {
      if (!running) return run()
      following ??= running
        .catch(() => {})
        .then(() => {
          following = null
          return run()
        })
      return following
    },
  }
}
