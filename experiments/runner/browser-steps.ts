/** The steps that end a device's browser, or its shared workers, and start it again. */
import type {Step} from '../scenario/step.ts'
import type {CellWorld, Done} from './cell-world.ts'

export type BrowserStep = Extract<
  Step,
  {do: 'quit-browser' | 'kill-browser' | 'start-browser' | 'end-shared-worker'}
>

export async function performOnBrowser(step: BrowserStep, world: CellWorld): Promise<Done> {
  const {push, scene, site} = world
  switch (step.do) {
    case 'quit-browser':
      await end(step.device, 'quit', world)
      return 'ok'
    case 'kill-browser':
      await end(step.device, 'kill', world)
      return 'ok'
    case 'start-browser':
      await scene.start(step.device)
      await push?.allowAgain(step.device)
      return 'ok'
    case 'end-shared-worker': {
      const count = await scene.endSharedWorkers(step.device, site.origin)
      if (count === 0) throw new Error(`no shared worker runs on ${step.device}`)
      return {outcome: 'ok', note: `${count} ended`}
    }
  }
}

async function end(device: string, how: 'quit' | 'kill', world: CellWorld): Promise<void> {
  const {push, recorder, scene} = world
  // What its service worker has said until now would be gone with it.
  await push?.hear()
  for (const name of await scene.end(device, how)) {
    recorder.live.forget(name)
    recorder.tabState(name, 'closed')
  }
}
