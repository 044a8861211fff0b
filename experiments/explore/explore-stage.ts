/**
 * Where interleavings are played: servers of this process, of both platforms, and the browsers of virtual tabs. Hundreds of
 * people come and go on it. In one process, because what has just been sent has then arrived within a turn or two of its
 * event loop. Rule RP12.
 */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Platform} from '#protocol/platform.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers, type RunningServers} from '../../servers/start.ts'
import type {TabClock} from '../browser/clock.ts'
import {startBrowsers, type CellBrowsers} from '../virtual/cell-browsers.ts'
import {processClock} from '../virtual/memory-history.ts'

export type ExploreStage = Pick<RunningServers, 'control'> & {
  readonly clock: TabClock
  origin(platform: Platform): string
  openBrowsers(platform: Platform): CellBrowsers
  onLedger(userId: string, listener: (event: LedgerEvent) => void): () => void
  close(): Promise<void>
}

export async function startExploreStage(): Promise<ExploreStage> {
  const listeners = new Map<string, (event: LedgerEvent) => void>()
  const browsers = {chatgpt: await startBrowsers('chatgpt'), claude: await startBrowsers('claude')}
  const servers = await startServers(
    {
      port: 0,
      seed: 'explore',
      store: null,
      pageFolder: null,
      carriage: 'observed',
      model: defaultModelSettings,
      userCount: 0,
      fcm: browsers.claude.pushTarget ?? null,
    },
    (event) => {
      if ('userId' in event && event.userId !== undefined) listeners.get(event.userId)?.(event)
    },
  )
  return {
    control: servers.control,
    clock: processClock(),
    origin: (platform) => servers[platform].origin,
    openBrowsers: (platform) => browsers[platform].open(),
    onLedger(userId, listener) {
      listeners.set(userId, listener)
      return () => void listeners.delete(userId)
    },
    async close() {
      await servers.close()
      await Promise.all([browsers.chatgpt.close(), browsers.claude.close()])
    },
  }
}
