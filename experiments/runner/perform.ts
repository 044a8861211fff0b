/**
 * Carries out one step of a scenario in real tabs. Observes and records; judges nothing. A wait that is not met is an
 * outcome in the history; only what makes the cell meaningless (a dead tab, a send that never reached the server) throws.
 */
import type {Step} from '../scenario/step.ts'
import {performAct} from './act-steps.ts'
import {performOnBrowser} from './browser-steps.ts'
import {nextPrompt, placed, promptText, type CellWorld, type Done, type Outcome} from './cell-world.ts'
import {performFaults} from './fault-steps.ts'
import type {OpenStep} from './layout.ts'
import {beginMain, beginUnlessBegun, commit, holdsWithin, watch, write} from './measured-window.ts'
import {crash} from './page-loss.ts'
import {performPush} from './push-steps.ts'
import {playRival} from './rival.ts'
import {readAll} from './read-all.ts'
import {pullTrigger} from './trigger-steps.ts'
import {close, comeBack, duplicate, hold, refresh, reopen} from './tab-steps.ts'

const SEND_TIMEOUT_MS = 5_000
const DRAFT_TIMEOUT_MS = 1_000

export async function perform(step: Exclude<Step, OpenStep>, world: CellWorld): Promise<Done> {
  const {recorder} = world
  switch (step.do) {
    case 'hold':
      return hold(step, world)
    case 'send':
      return send(step, world)
    case 'begin':
      await beginMain(world)
      return 'ok'
    case 'commit':
      return commit(step, world)
    case 'beacons':
      return beacons(step, world)
    case 'rival':
      return recorder.waiting(async () => playRival(step, world))
    case 'watch':
      return watch(step, world)
    case 'return':
      return comeBack(step.tab, world)
    case 'close':
      return close(step.tab, world)
    case 'reopen':
      return reopen(step.tab, world)
    case 'refresh':
      return refresh(step.tab, world)
    case 'write':
      return write(step, world)
    case 'stop-worker':
    case 'age-link':
    case 'withhold':
    case 'break-push':
    case 'await-pushes':
      return performPush(step, world)
    case 'quit-browser':
    case 'kill-browser':
    case 'start-browser':
    case 'end-shared-worker':
      return performOnBrowser(step, world)
    case 'faults':
    case 'heal':
    case 'recover':
    case 'await-answer':
      return performFaults(step, world)
    case 'type':
      return typeDraft(step, world)
    case 'crash':
      return crash(step.tab, world)
    case 'duplicate':
      return duplicate(step, world)
    case 'rename':
    case 'delete':
    case 'choose-model':
    case 'stop':
    case 'edit':
    case 'regenerate':
    case 'send-together':
    case 'decide':
    case 'settle':
    case 'await-writing':
    case 'pause':
      return performAct(step, world)
    case 'trigger':
      return pullTrigger(step, world)
    case 'read':
      return readAll(step, world)
  }
}

/**
 * Where the window begins later, it is about the answer alone: the person's message has to be committed before. Under
 * faults nobody waits here: whether it is committed at all is what such a cell is about. In a cell with steps of its own
 * what comes next is to come next (RP9).
 */
async function send({tab, words}: Extract<Step, {do: 'send'}>, world: CellWorld): Promise<Outcome> {
  const {recorder, signal, steps, isScripted} = world
  const {live} = recorder
  const text = await nextPrompt(world, words)
  await beginUnlessBegun(world)
  live.sends(tab)
  await placed(world, tab).tab.send(text)
  if (steps.some((step) => step.do === 'faults')) return 'ok'
  if (isScripted) await holdsWithin(() => live.isAccepted, SEND_TIMEOUT_MS, world)
  else if (!live.isCounting) {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(SEND_TIMEOUT_MS)])
    await live.until(() => live.isAccepted, limit)
  }
  return 'ok'
}

/** Done when the page says that it has what was typed; one that keeps silent is not waited for. */
async function typeDraft(
  {tab: name, words}: Extract<Step, {do: 'type'}>,
  world: CellWorld,
): Promise<Outcome> {
  const {tab} = placed(world, name)
  const text = await promptText(world, 'draft', words)
  const said = tab
    .sighting(
      (event) => event.kind === 'draft' && event.chars === text.length,
      DRAFT_TIMEOUT_MS,
      'the page to say what was typed',
    )
    .catch(() => undefined)
  await tab.type(text)
  await said
  return 'ok'
}

async function beacons(step: Extract<Step, {do: 'beacons'}>, world: CellWorld): Promise<Outcome> {
  const {tab} = placed(world, step.tab)
  const names = Array.from({length: step.count}, (_, index) => `beacon-${index + 1}`)
  const limitMs = step.count * step.everyMs * 2 + 2_000
  const last = tab.sighting(
    (event) => event.kind === 'beacon-seen' && event.stage === 'shown' && event.beacon === names.at(-1),
    limitMs,
    'the last beacon',
  )
  await tab.evaluate(`tabwitness.beacons(${JSON.stringify(names)}, ${step.everyMs})`)
  await world.recorder.waiting(() => last)
  return 'ok'
}
