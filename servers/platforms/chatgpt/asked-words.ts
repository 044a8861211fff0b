/** What requests of ChatGPT's API are called in the ledger. Rule LE5. */
import type {AskedWords} from '../asked.ts'

const ID = '([\\w-]{1,128})'
const at = (path: string): RegExp => new RegExp(`^/backend-api/${path}$`)

export const askedWords: AskedWords = [
  ['GET', at(`conversation/${ID}`), 'read'],
  ['GET', at(`conversation/${ID}/stream_status`), 'status'],
  ['GET', at('conversations'), 'list'],
  ['POST', at('f/conversation'), 'send'],
  ['POST', at('f/conversation/prepare'), 'prepare'],
  ['POST', at('sentinel/chat-requirements/(?:prepare|finalize)'), 'prepare'],
  ['POST', at('f/conversation/resume'), 'resume'],
  ['POST', at('stop_conversation'), 'stop'],
  ['POST', at(`conversation/${ID}/async-status`), 'other'],
  ['PATCH', at(`conversation/${ID}`), 'other'],
]
