/**
 * Makes a device known to the push back end before cells need it: its first registration takes Chromium about two seconds,
 * nearly all of them its own. A page of an origin of its own registers and is pushed to once; the back end's book says by
 * which name it knows the device.
 */
import type {PushEvent} from '#protocol/push-event.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import type {BrowserDevice} from '../browser/browser-tab.ts'
import {deadline} from '../browser/deadline.ts'
import type {PushRouter} from './push-router.ts'
import type {ServerProcess} from './server-process.ts'
import {siteOf} from './site.ts'

const FIRST_PUSH_TIMEOUT_MS = 20_000

export class PushRegistrar {
  readonly #servers: ServerProcess
  readonly #events: PushRouter
  readonly #known = new Map<BrowserDevice, Promise<string>>()

  constructor(servers: ServerProcess, events: PushRouter) {
    this.#servers = servers
    this.#events = events
  }

  /** The name by which the back end knows the device. */
  async idOf(device: BrowserDevice): Promise<string> {
    const known = this.#known.get(device) ?? this.#register(device)
    this.#known.set(device, known)
    known.catch(() => this.#known.delete(device))
    return known
  }

  async #register(device: BrowserDevice): Promise<string> {
    const {push} = device
    if (push === undefined) throw new TypeError('this browser does not show its service workers')
    const {control} = this.#servers
    const site = siteOf('claude', this.#servers, `registers-${this.#known.size}`)
    const user = await control.createUser({carriage: 'hint', model: defaultModelSettings})
    const {promise: arrived, resolve} = Promise.withResolvers<string>()
    let deviceId = ''
    const off = this.#events.on(site.origin, (event: PushEvent) => {
      if (event.kind === 'push-stored') ({deviceId} = event)
      // It is stored before the browser has connected; only then is the device there.
      if (event.kind === 'push-acked') resolve(deviceId)
    })
    const tab = await device.openWindow()
    try {
      await push.allow(site.origin)
      const {conversationId} = await control.createConversation(user.id, 1, 'claude')
      await tab.goto(site.pageUrl({conversationId, userId: user.id, tab: 'R', policy: 'hint'}))
      await control.commitMessage(user.id, conversationId, 'registered')
      return await deadline(arrived, FIRST_PUSH_TIMEOUT_MS, 'the first push to arrive')
    } finally {
      off()
      await tab.close()
      await push.forget(site.origin)
      await control.removeUser(user.id)
    }
  }
}
