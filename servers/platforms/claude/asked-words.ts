/** What requests of Claude.ai's API are called in the ledger. Rule LE5. */
import type {AskedWords} from '../asked.ts'

const ID = '([\\w-]{1,128})'
const at = (path: string): RegExp => new RegExp(`^/api/organizations/[\\w-]{1,128}/${path}$`)
const of = (rest: string): RegExp => at(`chat_conversations/${ID}${rest}`)

export const askedWords: AskedWords = [
  ['GET', of(''), 'read'],
  ['GET', of('/completion_status'), 'status'],
  ['GET', of('/channel_events'), 'events'],
  ['GET', at('chat_conversations_v2'), 'list'],
  ['POST', of('/completion'), 'send'],
  ['POST', of('/retry_completion'), 'send'],
  ['POST', of('/stop_response'), 'stop'],
  ['POST', of('/task/[\\w-]{1,128}/stop'), 'stop'],
  ['GET', of('/[a-z_]+'), 'other'],
  ['POST', of('/[a-z_]+'), 'other'],
  ['PUT', of('(?:/[a-z_]+)?'), 'other'],
  ['DELETE', of(''), 'other'],
]
