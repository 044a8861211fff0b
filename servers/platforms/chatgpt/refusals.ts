/** What ChatGPT refuses with: the shapes are observed, the words mostly ours. Rules ER1–ER3, ER5–ER6, CF4. */
import {CONFLICT_CODE} from '#protocol/conflict.ts'
import type {HttpErrorBody} from '#protocol/http-error.ts'
import {ROOT_PARENT} from '#protocol/identifier.ts'
import {HttpRefusal, type Conflict, type ErrorDialect} from '../http-refusal.ts'

export const chatgptErrors: ErrorDialect = {
  badShapeStatus: 422,
  tooLong: () => new HttpRefusal(413, 'The message you submitted was too long'),
  body: ({message, code, clearsInS, conflict}): HttpErrorBody => ({
    detail:
      code === null
        ? message
        : {
            message,
            code,
            ...(clearsInS === null ? {} : {clears_in: clearsInS}),
            ...(conflict === null ? {} : {current_node: conflict.leafId ?? ROOT_PARENT}),
          },
  }),
}

export const nobody = () => new HttpRefusal(401, 'Unauthorized')

export const noConversation = () => new HttpRefusal(404, 'Conversation not found')

export const noParent = () => new HttpRefusal(404, 'The parent message is not in the conversation')

/** 429 says when to come back, in the body (observed) and in the header. */
export const tooMany = (clearsInS: number): HttpRefusal =>
  new HttpRefusal(429, 'Too many requests in a short time', {code: 'rate_limit_exceeded', clearsInS})

/** The person has used up what they may send. The shape is observed, words and code are ours. */
export const limitReached = (clearsInS: number): HttpRefusal =>
  new HttpRefusal(429, 'You have used up your messages for now.', {code: 'message_limit_reached', clearsInS})

export const overloaded = (clearsInS: number): HttpRefusal =>
  new HttpRefusal(503, 'The server carries too much', {code: 'overloaded', clearsInS})

export const duplicateMessage = () =>
  new HttpRefusal(409, 'The conversation has this message', {code: 'duplicate_message_id'})

export const conversationChanged = (conflict: Conflict): HttpRefusal =>
  new HttpRefusal(409, 'The conversation has gone on since this was written', {
    code: CONFLICT_CODE,
    conflict,
  })
