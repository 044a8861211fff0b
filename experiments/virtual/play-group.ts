/**
 * Plays cells of random faults beside each other against one server process. What befalls the server befalls them all at
 * the same moment; what befalls the network is each cell's own. Rules VT5, VT8.
 */
import {EventEmitter} from 'node:events'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {createFaultBoard} from '../faults/fault-board.ts'
import type {FaultEvent} from '../history/fault-event.ts'
import {FaultStage} from '../runner/fault-stage.ts'
import {startOwnServer} from '../runner/own-server.ts'
import {serverFaults} from '../runner/server-faults.ts'
import {startServerProcess, type ServerProcess} from '../runner/server-process.ts'
import {browsersOf, startBrowsers, type BrowserMaker} from './cell-browsers.ts'
import {serverFaultsOf, type FaultCell} from './fault-cell.ts'
import {playFaultCell, type PlayedCell} from './play-fault-cell.ts'
import type {OpenVirtualTab} from './virtual-tab.ts'

export type GroupOptions = {
  /** All of them have the same faults of the server, and come from the same platform. */
  readonly cells: readonly FaultCell[]
  readonly signal: AbortSignal
  /** How long nothing may change in a cell that has healed; absent is as long as a page may wait for anything. */
  readonly stillForMs?: number
  /** In place of the page's own session: a test's broken one, on ChatGPT. */
  readonly openTab?: OpenVirtualTab
  /** In place of a process of the group's own, and left running: for cells whose server is not struck. */
  readonly server?: ServerProcess
}

/** What does not depend on the page's own waits, and the longest of those: an answer to a request may take a minute. */
const STILL_MS = 4_000
const PAGE_STILL_MS = 70_000

/** In the order of the cells; without those that the signal ended. */
export async function playGroup(options: GroupOptions): Promise<readonly PlayedCell[]> {
  const {cells, signal, stillForMs, openTab} = options
  const [first] = cells
  if (first === undefined) return []
  const browsers = openTab ? browsersOf(openTab) : await startBrowsers(first.platform)
  const {server, stage, news} = await startGroup(first, browsers, options.server)
  const meeting = meetingOf(cells.length, () => void stage?.play())
  try {
    const play = async (cell: FaultCell) => {
      const arrive = meeting()
      const played = await playFaultCell(cell, {
        server,
        browsers: browsers.open(),
        signal,
        stillForMs: stillForMs ?? STILL_MS + PAGE_STILL_MS / cell.haste,
        ready: arrive,
        onServerFault(listener) {
          news.on('fault', listener)
          return () => news.off('fault', listener)
        },
      })
      // One that could not even begin keeps nobody waiting.
      void arrive()
      return played
    }
    const all = await Promise.all(cells.map(play))
    return all.filter((played) => played !== null)
  } finally {
    await stage?.heal()
    if (server !== options.server) await server.close()
    await browsers.close()
  }
}

type News = EventEmitter<{fault: [FaultEvent]}>
type Group = {readonly server: ServerProcess; readonly stage: FaultStage | null; readonly news: News}

/** Only a server that is struck has to keep what it knows over its end. */
async function startGroup(
  cell: FaultCell,
  {pushTarget}: BrowserMaker,
  given: ServerProcess | undefined,
): Promise<Group> {
  const news: News = new EventEmitter<{fault: [FaultEvent]}>().setMaxListeners(0)
  const options = {
    seed: cell.seed,
    pageFolder: null,
    carriage: 'observed',
    model: defaultModelSettings,
    userCount: 0,
    fcm: pushTarget ?? null,
  } as const
  const schedule = serverFaultsOf(cell)
  if (schedule.length === 0) {
    const server = given ?? (await startServerProcess({...options, port: 0, store: null}))
    return {server, stage: null, news}
  }
  const server = await startOwnServer(options)
  const record = (event: FaultEvent) => void news.emit('fault', event)
  const none = async () => {
    throw new TypeError('a group has faults of its server only')
  }
  const stage = new FaultStage({
    board: createFaultBoard({seed: cell.seed, record: () => {}}),
    schedule,
    carriers: {server: serverFaults(server, () => {}), push: none, tab: none},
    record,
  })
  return {server, stage, news}
}

/** Everybody's call resolves once all have called; `onAll` runs in that moment. */
function meetingOf(count: number, onAll: () => void): () => () => Promise<void> {
  const {promise, resolve} = Promise.withResolvers<void>()
  let missing = count
  return () => {
    let isHere = false
    return () => {
      if (isHere) return promise
      isHere = true
      missing -= 1
      if (missing === 0) {
        onAll()
        resolve()
      }
      return promise
    }
  }
}
