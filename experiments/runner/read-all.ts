/** The final readings: what every tab shows, with hashes, and what the server itself has. Rules HI9, WI3. */
import type {Step} from '../scenario/step.ts'
import {deadline} from '../browser/deadline.ts'
import {placed, type CellWorld, type Outcome} from './cell-world.ts'

/** A server that is gone has no view any more. */
const SERVER_TIMEOUT_MS = 2_000

/** What cannot be read is missing from the history, which ends as ever. */
export async function readAll(
  {tabs, label}: Extract<Step, {do: 'read'}>,
  world: CellWorld,
): Promise<Outcome> {
  const {server, recorder, conversationId} = world
  for (const name of tabs) {
    const {tab, away} = placed(world, name)
    if (away === null) await tab.evaluate(`tabwitness.read(${JSON.stringify(label)})`)
  }
  const view = await deadline(
    server.control.serverView(conversationId),
    SERVER_TIMEOUT_MS,
    "the server's view",
  ).catch(() => null)
  if (view !== null) recorder.serverView(conversationId, view)
  return 'ok'
}
