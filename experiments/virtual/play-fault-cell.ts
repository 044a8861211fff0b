/**
 * Plays one cell of random faults on virtual tabs: they open, faults strike while messages are written, everything heals,
 * the tabs have their time to recover, and tabs and server are read. What goes wrong is in the history. Rules VT5–VT8.
 */
import {setTimeout as pause} from 'node:timers/promises'
import {POLICIES} from '#protocol/policy.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {seededRandom} from '../../servers/model/seeded.ts'
import {promptText} from '../../servers/model/words.ts'
import {monotonicNowMs} from '../browser/clock.ts'
import {createFaultBoard, type FaultBoard} from '../faults/fault-board.ts'
import {openFaultProxy} from '../faults/fault-proxy.ts'
import {beginOn, playSchedule} from '../faults/schedule-player.ts'
import {scheduleInWords} from '../history/schedule-words.ts'
import {isNetworkFault, isPushFault, type PushFault, type ScheduledFault} from '../history/fault.ts'
import {cellId} from '../history/cell-id.ts'
import type {FaultEvent} from '../history/fault-event.ts'
import type {ServerProcess} from '../runner/server-process.ts'
import type {CellBrowsers} from './cell-browsers.ts'
import {deedInWords, type Deed} from './deed.ts'
import {specOf, type FaultCell} from './fault-cell.ts'
import {AFTER_HEAL, judgeFaultCell, type CellJudgement} from './judge-fault-cell.ts'
import {MemoryHistory, processClock} from './memory-history.ts'
import {orAborted, recovered, settled} from './recovery.ts'
import {VIRTUAL_TABS, type Person, type VirtualTab} from './virtual-tab.ts'

const OPEN_UP_TO_MS = 60_000
/** However much goes on: longer than that nobody waits for a recovery. */
const AT_MOST_MS = 120_000
const WATCH_EVERY_MS = 200
const READ_WITHIN_MS = 10_000
const WORDS = 4

export type CellPlace = {
  readonly server: ServerProcess
  readonly browsers: CellBrowsers
  /** The group's faults of the server are carried out for all; a cell hears of them, in numbers of the group's own. */
  readonly onServerFault: (listener: (event: FaultEvent) => void) => () => void
  /** Resolves when all cells of the group stand ready. */
  readonly ready: () => Promise<void>
  /**
   * Once everything has healed, a cell in which nothing has changed for so long has had its time to recover. A busy
   * machine makes everything late, but not still.
   */
  readonly stillForMs: number
  readonly signal: AbortSignal
}

export type PlayedCell = CellJudgement & {
  readonly cell: FaultCell
  /** From the last heal, and the last deed, to all tabs being fresh; null when they never were. */
  readonly recoveredMs: number | null
  /** What kept the cell from being played; null where it was played. */
  readonly failure: string | null
  /** As a history file has it. */
  readonly history: string
}

/** Null when the signal ended it. */
export async function playFaultCell(cell: FaultCell, place: CellPlace): Promise<PlayedCell | null> {
  const spec = specOf(cell)
  const history = new MemoryHistory({
    cellId: cellId(spec),
    cell: spec,
    steps: [
      `${cell.tabs.join(', ')} open one conversation`,
      ...scheduleInWords(cell.schedule),
      ...cell.deeds.map(deedInWords),
      'everything heals, the tabs recover, tabs and server are read',
    ],
    schedule: [...cell.schedule],
    script: [...cell.deeds],
    browser: VIRTUAL_TABS,
    alone: false,
  })
  const leaving: (() => unknown)[] = [() => place.browsers.close()]
  let recoveredMs: number | null = null
  let failure: string | null = null
  try {
    recoveredMs = await play(cell, place, history, leaving)
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error)
  } finally {
    for (const leave of leaving.toReversed()) await leave()
  }
  if (place.signal.aborted) return null
  const judged = judgeFaultCell(history.finish(failure, 0))
  return {cell, recoveredMs, failure, ...judged, history: history.text()}
}

async function play(
  cell: FaultCell,
  place: CellPlace,
  history: MemoryHistory,
  leaving: (() => unknown)[],
): Promise<number | null> {
  const {server, signal} = place
  const {control} = server
  const {person, conversationId, origin, begin} = await setUp(cell, place, history, leaving)
  const tabs = openTabs(cell, place, {person, origin}, history)
  leaving.push(() => tabs.forEach((tab) => tab.close()))
  const opened = history.step('open', null, `${cell.tabs.join(', ')} open the conversation`)
  await Promise.all(tabs.map((tab) => tab.open(conversationId, OPEN_UP_TO_MS)))
  opened('ok')
  await place.ready()

  const window = (phase: 'opened' | 'closed') =>
    history.append({kind: 'window', at: monotonicNowMs(), name: 'main', phase, limitMs: 0})
  window('opened')
  const faults = history.step('faults', null, 'the fault schedule is played')
  const player = playSchedule({schedule: cell.schedule, begin})
  leaving.push(() => player.healAll())
  const patience = new AbortController()
  const world = {
    cell,
    tabs,
    server,
    person,
    conversationId,
    signal: AbortSignal.any([signal, patience.signal]),
  }
  const deeds = doDeeds(world, history)
  await orAborted(player.over, signal)
  faults('ok')
  const healing = history.step('heal', null, 'every fault has healed')
  healing('ok')
  const healedAt = monotonicNowMs()
  const watch = setInterval(() => {
    const now = monotonicNowMs()
    const isStill = now - Math.max(healedAt, history.changedAt) > place.stillForMs
    if (isStill || now - healedAt > AT_MOST_MS) patience.abort()
  }, WATCH_EVERY_MS)
  leaving.push(() => clearInterval(watch))
  await deeds
  const dueAt = monotonicNowMs()

  const recovery = history.step('recover', null, 'the tabs come to show all that the server has')
  const isFresh = await recovered({...world, control})
  const recoveredMs = isFresh ? monotonicNowMs() - dueAt : null
  recovery(isFresh ? 'ok' : 'not-met')
  window('closed')
  if (signal.aborted) return null
  for (const tab of tabs) tab.read(AFTER_HEAL)
  const view = await orAborted(control.serverView(conversationId), AbortSignal.timeout(READ_WITHIN_MS))
  if (view !== null)
    history.append({kind: 'server-view', at: monotonicNowMs(), conversationId, view: [...view]})
  return recoveredMs
}

/** A person, a conversation, and a network of the cell's own in front of the group's server. */
async function setUp(cell: FaultCell, place: CellPlace, history: MemoryHistory, leaving: (() => unknown)[]) {
  const {server} = place
  const board = createFaultBoard({
    seed: cell.seed,
    record: (event) => history.append({kind: 'fault', at: event.at, event}),
  })
  const serverPort = Number(new URL(server[cell.platform].baseUrl).port)
  const proxy = await openFaultProxy({serverPort, board, owner: null, lingerMs: 500})
  leaving.push(() => proxy.close())
  await server.control.addFront(proxy.port)
  const person = await server.control.createUser({
    carriage: POLICIES[cell.policy].carriage,
    model: {
      ...defaultModelSettings,
      seed: cell.seed,
      firstTokenDelayMs: [10, 150],
      tokens: [3, 12],
    },
  })
  leaving.push(() => server.control.removeUser(person.id).catch(() => {}))
  leaving.push(server.onLedger(person.id, (event) => history.append({kind: 'ledger', at: event.at, event})))
  const numbers = new Map<number, number>()
  leaving.push(
    place.onServerFault((event) => {
      if (!('faultId' in event)) return
      const faultId = numbers.get(event.faultId) ?? board.number()
      numbers.set(event.faultId, faultId)
      board.record({...event, faultId})
    }),
  )
  const {conversationId} = await server.control.createConversation(person.id, 1, cell.platform)
  const onBoard = beginOn(board)
  const begin = (entry: ScheduledFault) => {
    if (isNetworkFault(entry.fault)) return onBoard(entry)
    return isPushFault(entry.fault) ? strikePushes(entry, entry.fault, board, place.browsers) : () => {}
  }
  return {person, conversationId, origin: proxy.origin, begin}
}

function strikePushes(
  {owner, on}: ScheduledFault,
  fault: PushFault,
  board: FaultBoard,
  browsers: CellBrowsers,
): () => void {
  const faultId = board.number()
  board.record({kind: 'fault-began', at: board.now(), faultId, fault, target: {owner, on}})
  const heal = browsers.strike(fault)
  return () => {
    heal()
    board.record({kind: 'fault-healed', at: board.now(), faultId, why: 'healed'})
  }
}

function openTabs(
  cell: FaultCell,
  {browsers}: CellPlace,
  {person, origin}: {readonly person: Person; readonly origin: string},
  history: MemoryHistory,
): readonly VirtualTab[] {
  const {navigationStartMs, errorMs} = processClock()
  return cell.tabs.map((name, index) => {
    const {device, openTab} = browsers.place(index)
    history.append({
      kind: 'tab-opened',
      at: monotonicNowMs(),
      tab: name,
      device,
      userId: person.id,
      navigationStartMs,
      clockErrorMs: errorMs,
    })
    return openTab({
      name,
      policy: cell.policy,
      person,
      origin,
      haste: cell.haste,
      random: seededRandom(`page/${cell.seed}/${name}`),
      say: (event) => history.append({kind: 'witness', at: navigationStartMs + event.at, tab: name, event}),
    })
  })
}

type World = {
  readonly cell: FaultCell
  readonly tabs: readonly VirtualTab[]
  readonly server: ServerProcess
  readonly person: Person
  readonly conversationId: string
  readonly signal: AbortSignal
}

async function doDeeds(world: World, history: MemoryHistory): Promise<void> {
  const {cell, signal} = world
  const startedAt = monotonicNowMs()
  for (const [index, deed] of cell.deeds.entries()) {
    const left = Math.max(0, startedAt + deed.atMs - monotonicNowMs())
    await pause(left, undefined, {signal}).catch(() => {})
    if (signal.aborted) return
    const tab = deed.do === 'send' ? deed.tab : null
    const ended = history.step(deed.do, tab, deedInWords(deed))
    // Each has a text of its own, so that one that is committed twice is found.
    const text = `${index + 1}: ${promptText(`${cell.seed}/${index}`, WORDS)}`
    const done = await orAborted(doDeed(deed, text, world), signal)
    if (done === null) ended('not-met', `${deedInWords(deed)} never ended`)
    else ended(done ? 'ok' : 'failed')
  }
}

/** False where it was refused. */
async function doDeed(deed: Deed, text: string, world: World): Promise<boolean> {
  const {tabs, server, person, conversationId} = world
  if (deed.do === 'commit') {
    const committed = server.control.commitMessage(person.id, conversationId, text)
    return committed.then(
      () => true,
      () => false,
    )
  }
  const tab = tabs.find(({name}) => name === deed.tab)
  await tab?.session.send(text)
  return settled({...world, control: server.control})
}
