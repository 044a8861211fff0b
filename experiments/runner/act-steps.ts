/** What a person does with a whole conversation, or with an answer, by the page's own controls. */
import type {Step} from '../scenario/step.ts'
import type {CellWorld, Done} from './cell-world.ts'

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

export async function performAct(step: ActStep, _world: CellWorld): Promise<Done> {
  throw new TypeError(`nobody can ${step.do} yet`)
}
