/**
 * Page → celsius: a JSON array of numbered commands (observed, vendor client code and several public sources).
 * Invented: `epoch` on subscribe, `position`, and that anything unknown is refused. Rules CE5–CE9, CE12–CE16, CE43.
 */
import * as v from 'valibot'
import {decode} from './decode.ts'
import {offset} from './offset.ts'
import {topicName} from './topics.ts'

const presenceState = v.picklist(['foreground', 'background'])
const presence = v.strictObject({type: v.literal('presence'), state: presenceState})
const connect = v.strictObject({type: v.literal('connect'), presence})
const epoch = v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(64)))
/** `offset` absent means "from now on"; `"0"` means "from the beginning". */
const subscribe = v.strictObject({
  type: v.literal('subscribe'),
  topic_id: topicName,
  offset: v.optional(offset),
  epoch,
})
const unsubscribe = v.strictObject({type: v.literal('unsubscribe'), topic_id: topicName})
/** The page has applied the topic up to here. */
const position = v.strictObject({type: v.literal('position'), topic_id: topicName, offset, epoch})

export const celsiusCommand = v.variant('type', [connect, subscribe, unsubscribe, presence, position])
export type CelsiusCommand = v.InferOutput<typeof celsiusCommand>
export type SubscribeCommand = v.InferOutput<typeof subscribe>
export type PositionCommand = v.InferOutput<typeof position>

export const commandItem = v.strictObject({
  id: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  command: celsiusCommand,
})
export type CommandItem = v.InferOutput<typeof commandItem>

export const clientFrame = v.pipe(v.array(commandItem), v.maxLength(500))
export type ClientFrame = v.InferOutput<typeof clientFrame>

/** Throws {@link ProtocolError}; past this line the commands are well formed. */
export const readClientFrame = (text: string): ClientFrame => decode(clientFrame, text)

export const writeClientFrame = (frame: ClientFrame): string => JSON.stringify(frame)
