/** What Claude.ai refuses with: shape and types are observed, the words ours. Rules CL4, CL10, CL12, CL50–CL53, CL55, CF4, TG14. */
import {randomBytes} from 'node:crypto'
import {ERROR_CODES, type ClaudeError, type ClaudeErrorType} from '#protocol/claude/error.ts'
import type {MessageLimit} from '#protocol/claude/message-limit.ts'
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import {HttpRefusal, type Conflict, type ErrorDialect} from '../http-refusal.ts'

export const requestId = () => `req_${randomBytes(12).toString('hex')}`

export const claudeErrors: ErrorDialect = {
  badShapeStatus: 400,
  tooLong: () => tooLong(),
  body: ({status, message, code, conflict}): ClaudeError => ({
    type: 'error',
    error: {
      type: typeOf(status),
      message,
      ...(code !== null && {
        details: {
          error_code: code,
          ...(conflict && {current_leaf_message_uuid: conflict.leafId ?? ROOT_MESSAGE_UUID}),
        },
      }),
    },
    request_id: requestId(),
  }),
}

const TYPES: Readonly<Record<number, ClaudeErrorType>> = {
  403: 'permission_error',
  404: 'not_found_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}
const typeOf = (status: number): ClaudeErrorType =>
  TYPES[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')

export const nobody = () => new HttpRefusal(403, 'Invalid session', {code: ERROR_CODES.noSession})

export const foreignOrganization = () => new HttpRefusal(403, 'This organization is not yours')

export const noConversation = () => new HttpRefusal(404, 'Conversation not found')

export const noMessage = () => new HttpRefusal(404, 'The message is not in the conversation')

export const noParent = () => new HttpRefusal(404, 'The parent message is not in the conversation')

export const noApproval = () => new HttpRefusal(404, 'Nothing waits for this approval')

export const noTask = () => new HttpRefusal(404, 'No such task runs')

export const tooLong = () =>
  new HttpRefusal(413, 'The message is longer than the limit', {code: ERROR_CODES.tooLong})

export const badRequest = (message: string) => new HttpRefusal(400, message)

export const duplicateMessage = () =>
  new HttpRefusal(409, 'The conversation has this message', {code: ERROR_CODES.duplicateMessage})

export const duplicateConversation = () =>
  new HttpRefusal(409, 'There is a conversation with this id', {code: ERROR_CODES.duplicateConversation})

export const tooMany = (clearsInS: number) =>
  new HttpRefusal(429, 'Too many answers are being written for you at once', {clearsInS})

/** One of the three observed forms: the limit as JSON text in `error.message`. */
export const limitReached = (limit: MessageLimit, clearsInS: number) =>
  new HttpRefusal(429, JSON.stringify(limit), {clearsInS})

export const overloaded = (clearsInS: number) => new HttpRefusal(529, 'Overloaded', {clearsInS})

export const conversationChanged = (conflict: Conflict) =>
  new HttpRefusal(409, 'The conversation has gone on since this was written', {
    code: ERROR_CODES.conversationChanged,
    conflict,
  })
