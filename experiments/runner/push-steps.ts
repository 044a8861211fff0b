/** The steps that do something to push itself: its workers, its link, its back end. */
import type {Step} from '../scenario/step.ts'
import type {CellWorld, Outcome} from './cell-world.ts'

export type PushStep = Extract<
  Step,
  {
    do: 'stop-worker' | 'age-link' | 'withhold' | 'break-push' | 'await-pushes'
  }
>

export async function performPush(step: PushStep, world: CellWorld): Promise<Outcome> {
  const {push, recorder, signal} = world
  if (push === null) throw new TypeError(`there is no push on this platform: ${step.do}`)
  switch (step.do) {
    case 'stop-worker':
      await push.stopWorker(step.device)
      return 'ok'
    case 'age-link':
      await recorder.waiting(async () => push.ageLink(step.device, step.toMs, signal))
      return 'ok'
    case 'withhold':
      await push.withhold(step.forMs)
      return 'ok'
    case 'break-push':
      await push.break(step.how, step.device)
      return 'ok'
    case 'await-pushes':
      return (await push.settle(step.upToMs)) ? 'ok' : 'not-met'
  }
}
