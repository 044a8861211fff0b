/**
 * What passes between the tabs of a browser and the hub that holds their one socket, as JSON text: over a BroadcastChannel
 * (remedy `leader`) or a SharedWorker's port (remedy `shared-worker`). Invented. Rules LW2, LW4, LW6, LW8, LW20, LW22.
 */
import * as v from 'valibot'
import {commandItem} from './celsius-command.ts'
import {decode} from './decode.ts'
import {identifier} from './identifier.ts'
import {REMEDIES} from './policy.ts'

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const memberId = v.pipe(v.string(), v.regex(/^[\w.-]{1,80}$/))

const away = {
  retries: count,
  manner: v.picklist(['observed', 'jittered']),
  end: v.nullable(
    v.object({
      why: v.picklist(['closed', 'no-address', 'probe', 'watchdog']),
      code: v.exactOptional(v.number()),
    }),
  ),
}
/** How the hub's socket stands. Times are of the wall clock. */
const uplink = v.variant('name', [
  v.object({name: v.literal('connecting'), sinceMs: v.number(), ...away}),
  v.object({name: v.literal('open')}),
  v.object({name: v.literal('waiting'), retryAtMs: v.number(), ...away}),
  v.object({name: v.literal('exhausted'), ...away}),
])
export type Uplink = v.InferOutput<typeof uplink>

/** Of whichever hub has the highest one the tabs are members. */
const generation = count
/** How many frames the hub has said to everybody; a member that finds one missing asks for what it missed. */
const seq = count

/** The hub is there. Also its answer to `ask`. */
const beat = v.object({type: v.literal('beat'), generation, seq, uplink})
/** A celsius frame: messages for everybody, or replies to the commands of one member (`to`). */
const frame = v.object({
  type: v.literal('frame'),
  generation,
  seq,
  to: v.nullable(memberId),
  text: v.string(),
})
/** The member may have missed something: it is to follow its topics anew, from where it is. */
const again = v.object({type: v.literal('again'), generation, seq, to: memberId})

/** Is anybody there? Answered by a beat at once, whatever becomes of timers. */
const ask = v.object({type: v.literal('ask'), client: memberId, foreground: v.boolean()})
/** What a tab would say on a socket of its own; ids count from 1 in every stay of a member. */
const commands = v.object({
  type: v.literal('commands'),
  generation,
  member: memberId,
  items: v.pipe(v.array(commandItem), v.maxLength(500)),
})
const bye = v.object({type: v.literal('bye'), member: memberId})

const hubFrame = v.variant('type', [beat, frame, again])
const memberFrame = v.variant('type', [ask, commands, bye])
export type HubFrame = v.InferOutput<typeof hubFrame>
export type MemberFrame = v.InferOutput<typeof memberFrame>

/** On a BroadcastChannel everybody hears everything. */
const busFrame = v.variant('type', [beat, frame, again, ask, commands, bye])
export type BusFrame = HubFrame | MemberFrame

/**
 * The first frame on a worker's port: as whom to ask for the socket's address, and what to call the socket. The bearer
 * stays inside the browser and the origin.
 */
const hire = v.object({
  type: v.literal('hire'),
  client: memberId,
  generation,
  baseUrl: v.string(),
  bearer: v.string(),
  userId: identifier,
  accountId: identifier,
  tab: v.string(),
  remedies: v.array(v.picklist(REMEDIES)),
})
/** This tab uses the port no more. */
const quit = v.object({type: v.literal('quit'), client: memberId})
const portFrame = v.variant('type', [hire, quit, ask, commands, bye])
export type PortFrame = v.InferOutput<typeof portFrame>
export type Hire = v.InferOutput<typeof hire>

export const readHubFrame = (text: string): HubFrame => decode(hubFrame, text)
export const readBusFrame = (text: string): BusFrame => decode(busFrame, text)
export const readPortFrame = (text: string): PortFrame => decode(portFrame, text)
