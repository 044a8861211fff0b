/**
 * The whole way with nothing of ours in the clients: firebase-admin or web-push → back end → stock Chromium → firebase.
 * One browser for all of it: what Chromium takes to become a device (2 s) is paid once.
 */
import {afterAll, beforeAll, beforeEach, describe} from 'vitest'
import {findBrowser} from '../setup/find-browser.js'
import {testBackground} from './push-background.contract.ts'
import {testMessaging} from './push-messaging.contract.ts'
import {openPushStage, type PushStage} from './push-stage.ts'
import {testWithoutFirebase} from './push-without-firebase.contract.ts'

const browserPath = await findBrowser()
let stage: PushStage

describe.skipIf(browserPath === null)('in a stock Chromium', () => {
  beforeAll(async () => {
    stage = await openPushStage(browserPath ?? '')
  }, 40_000)
  afterAll(() => stage?.close())
  beforeEach(() => stage.tab.forget())

  describe('an app', () => testMessaging(() => stage))
  describe('a subscription made without Firebase', () => testWithoutFirebase(() => stage))
  describe('an app that nobody looks at', () => testBackground(() => stage))
})
