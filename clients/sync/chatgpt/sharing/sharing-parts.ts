/** What a browser must have so that its tabs can share a socket; each part is left out where it is missing. */

/** Of Web Locks, what an election needs. Rejects when the lock is taken away, or when `signal` ends the waiting. */
export type Locks = {
  request(
    name: string,
    options: {readonly steal?: boolean; readonly signal?: AbortSignal},
    hold: () => Promise<void>,
  ): Promise<void>
  /** One round trip to the lock manager: what it had to tell this tab before has been told then. */
  settle(): Promise<void>
}

/** One tab's end of a shared worker. */
export type WorkerPort = {
  post(text: string): void
  onText(listener: (text: string) => void): void
  /** The worker is gone or could not be started. Not every browser tells. */
  onGone(listener: () => void): void
  close(): void
}

export type SharingParts = {
  /** The page is about to be frozen: what it does in this moment is the last that it does. */
  readonly onFreeze?: (listener: () => void) => () => void
  readonly locks?: Locks
  /** Opens the worker of this name, or joins it where another tab has opened it. */
  readonly openWorker?: (name: string) => WorkerPort
}
