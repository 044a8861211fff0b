/** Makes happen what may make a channel speak: by the page, by the server, or by another client of the person's. */
import type {Step} from '../scenario/step.ts'
import type {CellWorld, Done} from './cell-world.ts'

export async function pullTrigger(step: Extract<Step, {do: 'trigger'}>, _world: CellWorld): Promise<Done> {
  throw new TypeError(`nobody can make happen: ${step.trigger}`)
}
