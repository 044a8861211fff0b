/**
 * One interleaving being played: a person of its own, a conversation, and tabs in which acts are begun one after another.
 * None is waited for unless the act is to wait. Afterwards everything heals and the tabs have their time. Rules RP11–RP13.
 */
import {setTimeout as pause} from 'node:timers/promises'
import {POLICIES} from '#protocol/policy.ts'
import {defaultModelSettings, type ModelSettings} from '../../servers/model/model-settings.ts'
import {seededRandom} from '../../servers/model/seeded.ts'
import {monotonicNowMs} from '../browser/clock.ts'
import {cellId} from '../history/cell-id.ts'
import type {History} from '../history/history-event.ts'
import {differencesFrom, isSettled} from '../virtual/freshness.ts'
import {MemoryHistory} from '../virtual/memory-history.ts'
import {isReady, VIRTUAL_TABS} from '../virtual/virtual-tab.ts'
import {inWords, PERSON_ACTS, type Act, type Held, type PersonAct} from './act.ts'
import {createExploredTab, type ExploredTab} from './explored-tab.ts'
import type {ExploreStage} from './explore-stage.ts'
import {catchesUp} from './sought.ts'
import {createStillness} from './stillness.ts'
import {specOf, tabsOf, type Interleaving, type Pace} from './interleaving.ts'

/** By how much the pages' own waits are shortened. */
const HASTE = 40
const OPEN_UP_TO_MS = 10_000
const QUIET_MS = 6
const LOOK_EVERY_MS = 2
const MOMENT_MS = 5
const REST_UP_TO_MS = 1_000
/** Of the page's own time 24 s: longer than it waits for anything before it tries again. */
export const STILL_MS = 600
const END_UP_TO_MS = 60_000
const LOOK_AT_REST_MS = 20

const MODELS: Readonly<Record<Pace, ModelSettings>> = {
  'at-once': {...defaultModelSettings, instant: true, tokens: [2, 6]},
  slowly: {
    ...defaultModelSettings,
    firstTokenDelayMs: [0, 15],
    tokensPerSecond: [150, 250],
    tokens: [2, 6],
  },
}

export type Scene = {
  /** Begins it; only `rest` and `moment` take time. */
  do(act: Act): Promise<void>
  /** Everything heals, the tabs have their time, and all is read. */
  end(): Promise<Played>
  /** Without an end: closes what is open. */
  leave(): Promise<void>
}

export type Played = {
  readonly history: History
  /** As a history file has it. */
  readonly text: string
  /** Tabs that were not ready again when everything had healed. */
  readonly away: readonly string[]
  /** Who acted, and whose line let something through, in the order in which it happened: two that differ are two orders. */
  readonly order: string
}

type Fault = {readonly id: number; readonly heal: () => void}

export async function openScene(interleaving: Interleaving, stage: ExploreStage): Promise<Scene> {
  const {platform, policy, guards, seed, rule, pace} = interleaving
  const {control, clock} = stage
  const spec = specOf(interleaving)
  const history = new MemoryHistory({
    cellId: cellId(spec),
    cell: spec,
    steps: interleaving.acts.map(inWords),
    browser: VIRTUAL_TABS,
    alone: false,
  })
  const order: string[] = []
  const faults = new Map<string, Fault>()
  const frozen = new Set<ExploredTab>()
  const turned = new Set<ExploredTab>()
  let faultCount = 0
  let changedAt = monotonicNowMs()
  const change = () => void (changedAt = monotonicNowMs())

  const person = await control.createUser({
    carriage: POLICIES[policy].carriage,
    conflictRule: rule,
    model: {...MODELS[pace], seed},
  })
  const stopListening = stage.onLedger(person.id, (event) => {
    change()
    history.append({kind: 'ledger', at: event.at, event})
  })
  const {conversationId} = await control.createConversation(person.id, 1, platform)
  const browsers = stage.openBrowsers(platform)
  const storages = new Map<string, Map<string, string>>()
  const tabs = tabsOf(interleaving).map(openTab)
  await Promise.all(tabs.map((tab) => tab.open(conversationId, OPEN_UP_TO_MS)))

  function openTab(name: string, index: number): ExploredTab {
    const {device, openTab: open} = browsers.place(index)
    const {navigationStartMs, errorMs} = clock
    const at = monotonicNowMs()
    const of = {tab: name, device, userId: person.id, navigationStartMs, clockErrorMs: errorMs}
    history.append({kind: 'tab-opened', at, ...of})
    const kept = storages.getOrInsertComputed(device, () => new Map<string, string>())
    return createExploredTab(
      open,
      {
        name,
        policy,
        person,
        guards,
        origin: stage.origin(platform),
        haste: HASTE,
        random: seededRandom(`page/${seed}/${name}`),
        storage: {
          get: (key) => kept.get(key) ?? null,
          set: (key, value) => void kept.set(key, value),
          remove: (key) => void kept.delete(key),
        },
        say(event) {
          change()
          history.append({kind: 'witness', at: navigationStartMs + event.at, tab: name, event})
        },
      },
      () => {
        change()
        order.push(name)
      },
    )
  }

  const byName = new Map(tabs.map((tab) => [tab.name, tab]))
  const tabOf = (name: string): ExploredTab => {
    const tab = byName.get(name)
    if (tab === undefined) throw new TypeError(`there is no tab ${name}`)
    return tab
  }

  function strike(tab: ExploredTab, how: Held | 'broken'): void {
    const id = (faultCount += 1)
    const fault =
      how === 'broken'
        ? ({name: 'rst'} as const)
        : how === 'both'
          ? ({name: 'blackhole'} as const)
          : ({name: 'half-open', lost: how} as const)
    const target = {owner: tab.name, on: 'everything'} as const
    append({kind: 'fault-began', at: monotonicNowMs(), faultId: id, fault, target})
    if (how === 'broken') tab.line.break()
    else tab.line.hold(how)
    faults.set(tab.name, {id, heal: how === 'broken' ? () => mend(tab) : () => tab.line.release()})
  }

  function append(event: Extract<Parameters<MemoryHistory['append']>[0], {kind: 'fault'}>['event']): void {
    history.append({kind: 'fault', at: event.at, event})
  }

  function heal(name: string): void {
    const fault = faults.get(name)
    if (fault === undefined) return
    faults.delete(name)
    append({kind: 'fault-healed', at: monotonicNowMs(), faultId: fault.id, why: 'healed'})
    fault.heal()
  }

  function mend(tab: ExploredTab): void {
    tab.line.mend()
    const {life} = tab.page()
    life.whenAwake(() => life.page.wake('online'))
  }

  function turn(tab: ExploredTab, state: 'frozen' | 'visible'): void {
    const {life} = tab.page()
    history.append({kind: 'tab-state', at: monotonicNowMs(), tab: tab.name, state})
    if (state === 'frozen') {
      frozen.add(tab)
      return life.freeze()
    }
    frozen.delete(tab)
    life.thaw()
  }

  const isPersons = (name: Act['do']): name is PersonAct => PERSON_ACTS.some((each) => each === name)
  let acts = 0

  async function perform(act: Act): Promise<void> {
    if (act.do === 'rest') return void (await isAtRest(REST_UP_TO_MS))
    if (act.do === 'moment') return pause(MOMENT_MS)
    const tab = tabOf(act.tab)
    order.push(`${act.do} ${act.tab}`)
    if (act.do === 'turn-branch') turned.add(tab)
    if (isPersons(act.do)) return tab.begin(act.do, `${acts} from ${tab.name}`)
    switch (act.do) {
      case 'reload':
        turned.delete(tab)
        return void tab.reload(conversationId, OPEN_UP_TO_MS)
      case 'freeze':
      case 'thaw':
        return turn(tab, act.do === 'freeze' ? 'frozen' : 'visible')
      case 'offline':
        return strike(tab, 'broken')
      case 'hold':
        return strike(tab, act.what)
      case 'let-one':
        return void tab.line.letOne(act.which)
      case 'online':
      case 'release':
        return heal(tab.name)
    }
  }

  const isWritten = async () => isSettled(await control.serverView(conversationId))

  /** False where it was not at rest by then. */
  async function isAtRest(upToMs: number): Promise<boolean> {
    const until = monotonicNowMs() + upToMs
    const stillness = createStillness(() => changedAt)
    while (monotonicNowMs() < until) {
      const isQuiet = stillness.look() >= QUIET_MS && tabs.every(({line}) => line.underWay() === 0)
      if (isQuiet && (await isWritten())) return true
      await pause(LOOK_EVERY_MS)
    }
    return false
  }

  const isBack = (tab: ExploredTab) => isReady(tab.page().session.view())

  /** Whose person turned to a branch need not stand where the server does. */
  async function isFresh(): Promise<boolean> {
    const served = await control.serverView(conversationId)
    const lines = (tab: ExploredTab) =>
      tab
        .page()
        .session.view()
        .messages.map(({id, text, status}) => ({id, chars: text.length, status}))
    const isAsServed = (tab: ExploredTab) =>
      turned.has(tab) || differencesFrom(served, lines(tab)).length === 0
    return isSettled(served) && tabs.every(isAsServed)
  }

  /** Until all is as it should be, or nothing has changed for so long that it never will. */
  async function recover(): Promise<void> {
    const until = monotonicNowMs() + END_UP_TO_MS
    const isDue = catchesUp(interleaving)
    const stillness = createStillness(() => changedAt)
    while (monotonicNowMs() < until && stillness.look() < STILL_MS) {
      const isOver = (await isAtRest(LOOK_AT_REST_MS)) && tabs.every(isBack)
      if (isOver && (!isDue || (await isFresh()))) return
      await pause(LOOK_EVERY_MS)
    }
  }

  async function leave(): Promise<void> {
    for (const tab of tabs) tab.close()
    browsers.close()
    stopListening()
    await control.removeUser(person.id)
  }

  return {
    async do(act) {
      acts += 1
      const ended = history.step(act.do, 'tab' in act ? act.tab : null, inWords(act))
      await perform(act)
      ended('ok')
    },
    async end() {
      const ended = history.step('heal', null, 'everything heals, and the tabs have their time')
      for (const {name} of tabs) heal(name)
      for (const tab of frozen) turn(tab, 'visible')
      await recover()
      ended('ok')
      const away = tabs.filter((tab) => !isBack(tab)).map(({name}) => name)
      for (const tab of tabs) tab.page().read('at-rest')
      const view = await control.serverView(conversationId)
      history.append({kind: 'server-view', at: monotonicNowMs(), conversationId, view: [...view]})
      const finished = history.finish(null, 0)
      await leave()
      return {history: finished, text: history.text(), away, order: order.join()}
    },
    leave,
  }
}
