/** For tests: a tab of the app in a stock Chromium that is led to a push back end, and what the page can do, called by name. */
import {rm} from 'node:fs/promises'
import {join} from 'node:path'
import type {Page} from 'playwright'
import type {FcmAddresses} from '../../servers/fcm/running-fcm.ts'
import {openDevice, type Device} from '../browser/chromium.ts'
import type {PushApp} from './push-app.ts'

export type Heard = {
  readonly at: number
  readonly payload: {
    readonly messageId: string
    readonly from: string
    readonly data?: Record<string, string>
    readonly notification?: Record<string, string>
    readonly fcmOptions?: Record<string, string>
    readonly collapseKey?: string
  }
}

type Called = {
  getToken: string
  deleteToken: boolean
  register: string
  unregister: void
  subscribe: {endpoint: string; keys: {p256dh: string; auth: string}}
  subscription: {endpoint: string} | null
  unsubscribe: boolean
  notifications: readonly {readonly title: string; readonly body: string}[]
  inBackground: readonly (Heard['payload'] & {readonly plain?: string})[]
  makeTokenOld: void
}

/** What the page can do, in whichever browser it is. */
export type AppCalls = {
  call<Name extends keyof Called>(name: Name, ...args: readonly unknown[]): Promise<Called[Name]>
  /** What onMessage was given, in its order. */
  heard(): Promise<readonly Heard[]>
  forget(): Promise<void>
}

export type AppTab = AppCalls & {readonly page: Page}

export function appCalls(evaluate: (expression: string) => Promise<unknown>): AppCalls {
  return {
    call: <Name extends keyof Called>(name: Name, ...args: readonly unknown[]) =>
      evaluate(`app.${name}(...${JSON.stringify(args)})`) as Promise<Called[Name]>,
    heard: () => evaluate('app.heard') as Promise<readonly Heard[]>,
    forget: async () => void (await evaluate('app.forget()')),
  }
}

type Led = Pick<FcmAddresses, 'chromiumArgs'>

export async function openAppDevice(
  browserPath: string,
  {chromiumArgs}: Led,
  app: Pick<PushApp, 'origin'>,
  profile: string | null = null,
): Promise<Device> {
  // Else the address of the browser that had this profile before is taken for the new one's.
  if (profile !== null) await rm(join(profile, 'DevToolsActivePort'), {force: true})
  const device = await openDevice({
    name: 'device-1',
    browserPath,
    throttlesEarly: false,
    flags: chromiumArgs,
    profile,
  })
  await allowNotifications(device, app)
  return device
}

/** As a person who was asked. */
export async function allowNotifications(device: Device, {origin}: Pick<PushApp, 'origin'>): Promise<void> {
  await device.cdp.send('Browser.grantPermissions', {permissions: ['notifications'], origin})
}

/** A window of its own, in front. */
export async function openAppTab(device: Device, {url}: Pick<PushApp, 'url'>): Promise<AppTab> {
  const opening = device.context.waitForEvent('page')
  await device.cdp.send('Target.createTarget', {url, newWindow: true})
  const page = await opening
  await page.waitForFunction(`document.title === 'ready'`)
  return {page, ...appCalls((expression) => page.evaluate(expression))}
}
