/**
 * What a completion stream says, one SSE event each, in the order of SPEC CL17. Observed in captures and vendor client
 * code. There are no ids and no offsets: a stream that broke cannot be rejoined (CL19). Rules CL17–CL19, TG12, TG14.
 */
import * as v from 'valibot'
import {decode} from '../decode.ts'
import {claudeError} from './error.ts'
import {messageLimit} from './message-limit.ts'
import {STOP_REASONS} from './message.ts'
import {APPROVAL_KEY} from './tool-approval.ts'
import {uuid} from './uuid.ts'

const index = v.pipe(v.number(), v.integer(), v.minValue(0))
const isoTime = v.pipe(v.string(), v.isoTimestamp())

/** Of a conversation that the same POST made. */
const conversationReady = v.object({type: v.literal('conversation_ready')})

const messageStart = v.object({
  type: v.literal('message_start'),
  message: v.object({
    id: v.string(),
    type: v.literal('message'),
    role: v.literal('assistant'),
    model: v.string(),
    /** The person's message. Its id is learnt here where the page did not make it. */
    parent_uuid: uuid,
    uuid,
    content: v.array(v.unknown()),
    stop_reason: v.null(),
    stop_sequence: v.null(),
    stop_details: v.null(),
    trace_id: v.string(),
    request_id: v.string(),
  }),
  /** Null in every capture; presumably the parent that the server refused to attach to. */
  discarded_parent_message_uuid: v.nullable(uuid),
})

const times = {start_timestamp: isoTime, stop_timestamp: v.nullable(isoTime), flags: v.nullable(v.unknown())}
const thinkingBlock = v.object({
  ...times,
  type: v.literal('thinking'),
  thinking: v.string(),
  summaries: v.array(v.object({summary: v.string()})),
  cut_off: v.boolean(),
  truncated: v.boolean(),
  alternative_display_type: v.nullable(v.string()),
})
const textBlock = v.object({
  ...times,
  type: v.literal('text'),
  text: v.string(),
  citations: v.array(v.unknown()),
})

const blockStart = v.object({
  type: v.literal('content_block_start'),
  index,
  content_block: v.variant('type', [thinkingBlock, textBlock]),
})

const textDelta = v.object({type: v.literal('text_delta'), text: v.string()})
const thinkingDelta = v.object({type: v.literal('thinking_delta'), thinking: v.string()})
const thinkingSummaryDelta = v.object({
  type: v.literal('thinking_summary_delta'),
  summary: v.object({summary: v.string()}),
})
/** Observed, never sent here, and nothing that a person reads as the answer. */
const otherDelta = v.object({
  type: v.picklist([
    'thinking_cut_off_delta',
    'signature_delta',
    'input_json_delta',
    'tool_use_block_update_delta',
    'citation_start_delta',
    'citation_end_delta',
    'flag_delta',
  ]),
})

const blockDelta = v.object({
  type: v.literal('content_block_delta'),
  index,
  delta: v.variant('type', [textDelta, thinkingDelta, thinkingSummaryDelta, otherDelta]),
})

const blockStop = v.object({type: v.literal('content_block_stop'), index, stop_timestamp: isoTime})

const messageDelta = v.object({
  type: v.literal('message_delta'),
  delta: v.object({
    stop_reason: v.picklist(STOP_REASONS),
    stop_sequence: v.nullable(v.string()),
    stop_details: v.nullable(v.unknown()),
  }),
})

const limitTold = v.object({type: v.literal('message_limit'), message_limit: messageLimit})

/** A tool waits for the person's word. The event is observed, what is in it is invented. */
const toolApproval = v.looseObject({
  type: v.literal('tool_approval'),
  [APPROVAL_KEY]: v.optional(v.string()),
})

const messageStop = v.object({type: v.literal('message_stop')})

export const completionEvent = v.variant('type', [
  conversationReady,
  messageStart,
  blockStart,
  blockDelta,
  blockStop,
  messageDelta,
  limitTold,
  toolApproval,
  messageStop,
  claudeError,
])
export type CompletionEvent = v.InferOutput<typeof completionEvent>

/** Observed, and nothing to act on here. */
const IGNORED: ReadonlySet<string> = new Set([
  'ping',
  'completion',
  'compaction_status',
  'cache_performance',
  'mcp_auth_required',
])
const KNOWN: ReadonlySet<string> = new Set(completionEvent.options.map(({entries}) => entries.type.literal))

export type CompletionStreamEvent =
  | {readonly kind: 'event'; readonly event: CompletionEvent}
  | {readonly kind: 'ignored'; readonly name: string}
  | {readonly kind: 'unknown'; readonly name: string}

/** The name of an SSE event decides; its data names the same type. Throws {@link ProtocolError} for a known one of a wrong shape. */
export function readCompletionEvent(sse: {
  readonly event?: string | undefined
  readonly data: string
}): CompletionStreamEvent {
  const name = sse.event ?? ''
  if (KNOWN.has(name)) return {kind: 'event', event: decode(completionEvent, sse.data)}
  return {kind: IGNORED.has(name) ? 'ignored' : 'unknown', name}
}
