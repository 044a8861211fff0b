/**
 * What the worker uses of its global scope. Written out because the compiler knows either windows or workers, and the
 * sync side and this folder are compiled together.
 */
export type WorkerWindow = {
  readonly url: string
  readonly visibilityState: DocumentVisibilityState
  readonly focused: boolean
  postMessage(message: unknown, transfer?: readonly Transferable[]): void
  focus(): Promise<WorkerWindow>
}

/** An event that the worker is kept alive for. */
export type LastingEvent = Event & {waitUntil(promise: Promise<unknown>): void}
export type PushedEvent = LastingEvent & {readonly data: {text(): string; arrayBuffer(): ArrayBuffer} | null}
export type ClickedEvent = LastingEvent & {readonly notification: Notification}
export type PostedEvent = LastingEvent & {readonly data: unknown}

export type WorkerScope = {
  readonly location: {readonly href: string}
  readonly registration: ServiceWorkerRegistration
  readonly clients: {
    matchAll(options: {type: 'window'; includeUncontrolled: boolean}): Promise<readonly WorkerWindow[]>
    openWindow(url: string): Promise<WorkerWindow | null>
  }
  skipWaiting(): Promise<void>
  addEventListener(type: 'push', listener: (event: PushedEvent) => void): void
  addEventListener(type: 'notificationclick', listener: (event: ClickedEvent) => void): void
  addEventListener(type: 'message', listener: (event: PostedEvent) => void): void
  addEventListener(type: 'install' | 'activate', listener: (event: LastingEvent) => void): void
}

/** Every window of the origin, whoever controls it: as the Firebase layer looks, too. */
export const windowsOf = ({clients}: Pick<WorkerScope, 'clients'>): Promise<readonly WorkerWindow[]> =>
  clients.matchAll({type: 'window', includeUncontrolled: true})

export const isVisible = ({visibilityState}: WorkerWindow): boolean => visibilityState === 'visible'
