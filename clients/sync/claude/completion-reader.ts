/**
 * One completion's SSE events, read in order, as what they mean for a conversation. Text blocks are the answer, thinking
 * blocks and their summaries what came before it. Pings and strange events mean nothing. Rules CL17, CL19, CC4.
 */
import {readCompletionEvent, type CompletionEvent} from '#protocol/claude/completion-event.ts'
import type {StopReason} from '#protocol/claude/message.ts'
import {APPROVAL_KEY} from '#protocol/claude/tool-approval.ts'
import type {KnownMessage} from '#protocol/known-message.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import {statusOf} from './wire-words.ts'

export type CompletionUpdate =
  /** The conversation that the POST was to make is there. */
  | {readonly type: 'ready'}
  | {readonly type: 'started'; readonly promptId: string; readonly discardedParentId: string | null}
  | {readonly type: 'answer'; readonly message: KnownMessage}
  | {readonly type: 'limit'; readonly kind: 'within_limit' | 'approaching_limit' | 'exceeded_limit'}
  /** The answer waits for the person's word. */
  | {readonly type: 'approval'; readonly approvalId: string}
  /** The answer ended, and the server said how. */
  | {readonly type: 'ended'; readonly how: 'complete' | 'stopped' | 'failed'}
  | {readonly type: 'error'; readonly message: string}

export type CompletionReader = {
  /** Throws {@link ProtocolError} for an event that cannot be read; the reader is spent then. */
  take(sse: {readonly event?: string | undefined; readonly data: string}): readonly CompletionUpdate[]
}

type Block = {readonly type: 'text' | 'thinking'; text: string}

export function createCompletionReader(): CompletionReader {
  const blocks = new Map<number, Block>()
  let started: {readonly id: string; readonly parentId: string} | null = null
  let stopReason: StopReason | null = null

  function answer(status: 'streaming' | 'complete' | 'stopped' | 'failed'): CompletionUpdate {
    if (!started) throw new ProtocolError('out-of-order', 'the answer goes on before it began')
    const thinking = joined('thinking')
    const said = {role: 'assistant', text: joined('text'), status} as const
    return {type: 'answer', message: {...started, said: thinking === '' ? said : {...said, thinking}}}
  }

  function joined(type: Block['type']): string {
    let text = ''
    for (const block of blocks.values()) if (block.type === type) text += block.text
    return text
  }

  function grow(index: number, type: Block['type'], text: string): void {
    const block = blocks.get(index)
    if (block?.type !== type) throw new ProtocolError('out-of-order', 'a delta came without its block')
    block.text += text
  }

  function read(event: CompletionEvent): readonly CompletionUpdate[] {
    switch (event.type) {
      case 'conversation_ready':
        return [{type: 'ready'}]
      case 'message_start': {
        const {uuid, parent_uuid} = event.message
        started = {id: uuid, parentId: parent_uuid}
        const discardedParentId = event.discarded_parent_message_uuid
        return [{type: 'started', promptId: parent_uuid, discardedParentId}, answer('streaming')]
      }
      case 'content_block_start': {
        const block = event.content_block
        const text = block.type === 'text' ? block.text : [block.thinking, ...wordsOf(block)].join('')
        blocks.set(event.index, {type: block.type, text})
        return text === '' ? [] : [answer('streaming')]
      }
      case 'content_block_delta':
        return takeDelta(event.index, event.delta)
      case 'content_block_stop':
        return []
      case 'message_delta':
        stopReason = event.delta.stop_reason
        return []
      case 'message_limit':
        return [{type: 'limit', kind: event.message_limit.type}]
      case 'tool_approval': {
        const approvalId = event[APPROVAL_KEY]
        return approvalId === undefined ? [] : [{type: 'approval', approvalId}]
      }
      case 'message_stop': {
        // Nobody said why it ended: then it is not known to be whole.
        const how = stopReason === null ? 'failed' : statusOf(stopReason)
        return [answer(how), {type: 'ended', how}]
      }
      case 'error':
        return [{type: 'error', message: event.error.message}]
    }
  }

  type Delta = Extract<CompletionEvent, {type: 'content_block_delta'}>['delta']

  function takeDelta(index: number, delta: Delta): readonly CompletionUpdate[] {
    switch (delta.type) {
      case 'text_delta':
        grow(index, 'text', delta.text)
        return [answer('streaming')]
      case 'thinking_delta':
        grow(index, 'thinking', delta.thinking)
        return [answer('streaming')]
      case 'thinking_summary_delta':
        grow(index, 'thinking', `${delta.summary.summary}\n`)
        return [answer('streaming')]
      default:
        return []
    }
  }

  return {
    take(sse) {
      const event = readCompletionEvent(sse)
      return event.kind === 'event' ? read(event.event) : []
    },
  }
}

const wordsOf = ({summaries}: {readonly summaries: readonly {readonly summary: string}[]}) =>
  summaries.map(({summary}) => `${summary}\n`)
