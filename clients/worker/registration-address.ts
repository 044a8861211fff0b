/** The worker's address, which carries its Firebase configuration. A configuration is no secret: every page shows it. Rule CC36. */
import {readFirebaseConfig} from '#protocol/claude/push-page-config.ts'

export const WORKER_PATH = '/firebase-messaging-sw.js'

export const workerAddress = (firebaseConfig: Readonly<Record<string, string>>): string =>
  `${WORKER_PATH}?${new URLSearchParams({firebaseConfig: JSON.stringify(firebaseConfig)})}`

/** Null for a worker that was registered without one. */
export function firebaseConfigIn(address: string): Record<string, string> | null {
  const text = new URL(address).searchParams.get('firebaseConfig')
  return text === null ? null : readFirebaseConfig(text)
}
