/** For tests: the servers in the test's own process, as those see them who play cells. Ends after the test. */
import {onTestFinished} from 'vitest'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers} from '../../servers/start.ts'
import type {LedgerListeners, ServerProcess} from '../runner/server-process.ts'

export async function testServer(): Promise<ServerProcess> {
  const listeners: LedgerListeners = new Map()
  const {chatgpt, claude, control, close} = await startServers(
    {
      port: 0,
      seed: 's',
      store: null,
      pageFolder: null,
      carriage: 'observed',
      model: defaultModelSettings,
      userCount: 0,
    },
    (event) => {
      if ('userId' in event && event.userId !== undefined) listeners.get(event.userId)?.(event)
    },
  )
  onTestFinished(() => close())
  return {
    chatgpt,
    claude,
    control,
    onLedger(userId, listener) {
      listeners.set(userId, listener)
      return () => void listeners.delete(userId)
    },
    close,
  }
}
