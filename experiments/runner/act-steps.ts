/**
 * What a person does with a whole conversation, or with an answer, by the page's own controls. A control that the page
 * does not offer is an outcome with a note: under a cure a page may rightly refuse.
 */
import {setTimeout as pause} from 'node:timers/promises'
import type {BrowserTab} from '../browser/browser-tab.ts'
import {monotonicNowMs} from '../browser/clock.ts'
import type {Step} from '../scenario/step.ts'
import {nextPrompt, placed, promptText, type CellWorld, type Done} from './cell-world.ts'
import {holdsWithin} from './measured-window.ts'

export type ActStep = Extract<
  Step,
  {
    do:
      | 'rename'
      | 'delete'
      | 'choose-model'
      | 'stop'
      | 'edit'
      | 'regenerate'
      | 'send-together'
      | 'decide'
      | 'settle'
      | 'await-writing'
      | 'pause'
  }
>

/** A control may be disabled for as long as the page loads or an answer ends. */
const OFFERED_WITHIN_MS = 2_000
const LOOK_EVERY_MS = 20
/**
 * Server and pages said nothing through so many rounds: longer than a request, or a model's first word, takes in these
 * cells. In each round all of them answer, so that a busy machine takes the time it needs.
 */
const QUIET_ROUNDS = 4
const ROUND_MS = 60

export async function performAct(step: ActStep, world: CellWorld): Promise<Done> {
  const {recorder, signal} = world
  switch (step.do) {
    case 'rename':
      return rename(step, world)
    case 'delete':
      return clickEach(step.tab, ['button[data-act="delete"]', 'button[data-act="confirm-delete"]'], world)
    case 'choose-model':
      return chooseModel(step, world)
    case 'stop':
      return clickEach(step.tab, ['button[aria-label="Stop"]'], world)
    case 'edit':
      return edit(step, world)
    case 'regenerate':
      return clickEach(
        step.tab,
        ['article[data-role=assistant] button[aria-label="Regenerate answer"]'],
        world,
      )
    case 'send-together':
      return sendTogether(step, world)
    case 'decide':
      return decide(step, world)
    case 'settle':
      return recorder.waiting(() => settle(step, world))
    case 'await-writing': {
      const {tab, isWriting, upToMs} = step
      const isSo = await recorder.waiting(() =>
        holdsWithin((live) => live.isWriting(tab) === isWriting, upToMs, world),
      )
      return isSo ? 'ok' : 'not-met'
    }
    case 'pause':
      await recorder.waiting(() => pause(step.forMs, undefined, {signal}))
      return 'ok'
  }
}

async function rename({tab: name, words}: Extract<Step, {do: 'rename'}>, world: CellWorld): Promise<Done> {
  const {tab} = placed(world, name)
  const title = await promptText(world, 'title', words)
  const opened = await clickEach(name, ['button[data-act="rename"]', 'input[name=title]'], world)
  if (opened !== 'ok') return opened
  await driven(tab).overwrite(title)
  await driven(tab).press('Enter')
  return 'ok'
}

async function edit({tab: name, words}: Extract<Step, {do: 'edit'}>, world: CellWorld): Promise<Done> {
  const {tab} = placed(world, name)
  const text = await promptText(world, 'edit', words)
  const field = 'article textarea[aria-label="Edited message"]'
  const opened = await clickEach(
    name,
    ['article[data-role=user] button[aria-label="Edit message"]', field],
    world,
  )
  if (opened !== 'ok') return opened
  await driven(tab).overwrite(text)
  await driven(tab).press('Enter')
  return 'ok'
}

/** A list that opens is the browser's own and none of the page's: the page hears what it would hear. */
async function chooseModel(
  {tab: name, model}: Extract<Step, {do: 'choose-model'}>,
  world: CellWorld,
): Promise<Done> {
  const field = 'select[name=model]'
  const focused = await clickEach(name, [field], world)
  if (focused !== 'ok') return focused
  const {tab} = placed(world, name)
  await driven(tab).press('Escape')
  const isChosen = await tab.evaluate(`(() => {
    const field = document.querySelector(${JSON.stringify(field)})
    if (![...field.options].some(({value}) => value === ${JSON.stringify(model)})) return false
    field.value = ${JSON.stringify(model)}
    for (const type of ['input', 'change']) field.dispatchEvent(new Event(type, {bubbles: true}))
    return true
  })()`)
  return isChosen === true ? 'ok' : {outcome: 'not-met', note: `the page has no model ${model} to choose`}
}

async function sendTogether(
  {tabs, words}: Extract<Step, {do: 'send-together'}>,
  world: CellWorld,
): Promise<Done> {
  const {live} = world.recorder
  const ready: BrowserTab[] = []
  for (const name of tabs) {
    const {tab} = placed(world, name)
    const text = await nextPrompt(world, words)
    live.sends(name)
    await tab.type(text)
    ready.push(tab)
  }
  await Promise.all(ready.map((tab) => driven(tab).press('Enter')))
  return 'ok'
}

async function decide({tab: name, choice}: Extract<Step, {do: 'decide'}>, world: CellWorld): Promise<Done> {
  const act = choice === 'show' ? 'show-changes' : 'send-anyway'
  const isClicked = await driven(placed(world, name).tab).click(`button[data-act="${act}"]`)
  return isClicked ? 'ok' : {outcome: 'ok', note: 'the page told of no change'}
}

/** What was sent and refused, or never left its page, is not waited for. */
async function settle({upToMs}: Extract<Step, {do: 'settle'}>, world: CellWorld): Promise<Done> {
  const {live} = world.recorder
  const until = monotonicNowMs() + upToMs
  for (let quiet = 0; quiet < QUIET_ROUNDS;) {
    const heard = live.heardCount
    await round(world)
    quiet = live.isSettled && live.heardCount === heard ? quiet + 1 : 0
    if (quiet < QUIET_ROUNDS && monotonicNowMs() >= until) return 'not-met'
  }
  return 'ok'
}

/** What was said before is heard by then: each of them says things in order. */
async function round({server, scene, recorder, signal}: CellWorld): Promise<void> {
  const answering = [...scene.placed].filter(([name]) => recorder.stateOf(name) === 'visible')
  await Promise.all([
    pause(ROUND_MS, undefined, {signal}),
    server.control.promptText('round', 1),
    ...answering.map(async ([, {tab}]) => tab.evaluate('0')),
  ])
}

/** One after another, each as soon as the page offers it. */
async function clickEach(name: string, selectors: readonly string[], world: CellWorld): Promise<Done> {
  const tab = driven(placed(world, name).tab)
  for (const selector of selectors) {
    const until = monotonicNowMs() + OFFERED_WITHIN_MS
    while (!(await tab.click(selector))) {
      if (monotonicNowMs() >= until) return {outcome: 'not-met', note: `the page does not offer ${selector}`}
      await pause(LOOK_EVERY_MS, undefined, {signal: world.signal})
    }
  }
  return 'ok'
}

type DrivenTab = BrowserTab & Required<Pick<BrowserTab, 'click' | 'press' | 'overwrite'>>

const isDriven = (tab: BrowserTab): tab is DrivenTab =>
  tab.click !== undefined && tab.press !== undefined && tab.overwrite !== undefined

function driven(tab: BrowserTab): DrivenTab {
  if (!isDriven(tab)) throw new TypeError('this browser cannot be told to click')
  return tab
}
