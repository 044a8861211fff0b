/** The steps around faults: they begin, they heal, and whether the tabs recover is waited for, up to a deadline. */
import type {Step} from '../scenario/step.ts'
import type {CellWorld, Outcome} from './cell-world.ts'
import type {FaultStage} from './fault-stage.ts'
import {beginUnlessBegun, closeWindow, holdsWithin} from './measured-window.ts'

export type FaultStep = Extract<Step, {do: 'faults' | 'heal' | 'recover' | 'await-answer'}>

export async function performFaults(step: FaultStep, world: CellWorld): Promise<Outcome> {
  switch (step.do) {
    case 'faults':
      await beginUnlessBegun(world)
      await stageOf(world).play()
      return 'ok'
    case 'heal':
      return (await stageOf(world).heal()) ? 'ok' : 'not-met'
    case 'recover':
      return recover(step, world)
    case 'await-answer':
      return awaitAnswer(step, world)
  }
}

/**
 * The time runs from when everything has healed, be it by itself. The wait ends early when the tabs show all that the server has and nothing is on its way any more. What was sent and
 * never reached the server is waited for to the end, and is nothing that a tab could have shown.
 */
async function recover({tabs, upToMs}: Extract<Step, {do: 'recover'}>, world: CellWorld): Promise<Outcome> {
  const {recorder, faults, signal} = world
  const early = await recorder.waiting(async () => {
    await faults?.untilHealed(signal)
    return holdsWithin((live) => live.isAtRest && live.isWhole(tabs), upToMs, world)
  })
  const isMet = early || (recorder.live.isAnswered && recorder.live.isWhole(tabs))
  for (const name of recorder.openWindows) await closeWindow(name, tabs, world)
  return isMet ? 'ok' : 'not-met'
}

async function awaitAnswer(
  {tab, chars, upToMs}: Extract<Step, {do: 'await-answer'}>,
  world: CellWorld,
): Promise<Outcome> {
  const isThere = await world.recorder.waiting(() =>
    holdsWithin((live) => (chars === 0 ? live.isAccepted : live.answerChars(tab) >= chars), upToMs, world),
  )
  return isThere ? 'ok' : 'not-met'
}

function stageOf({faults}: CellWorld): FaultStage {
  if (faults === null) throw new TypeError('the cell has no faults to play')
  return faults
}
