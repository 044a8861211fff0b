import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {celsiusBootstrap} from './celsius-bootstrap.ts'
import {clientFrame} from './celsius-command.ts'
import {readServerFrame} from './celsius-frame.ts'
import {channelPayload, readPayload} from './celsius-payload.ts'
import {prepareReply} from './conduit.ts'
import {conversationList, conversationRead, message} from './conversation.ts'
import {decode, decodeValue} from './decode.ts'
import {delta} from './delta.ts'
import {httpErrorBody, messageOfError} from './http-error.ts'
import {ProtocolError} from './protocol-error.ts'
import {resumeRequest} from './resume.ts'
import {sentinelFinalizeRequest, sentinelPrepareReply} from './sentinel.ts'
import {stopRequest} from './stop.ts'
import {streamStatus} from './stream-status.ts'
import {readTurnEvent, turnEvent} from './turn-event.ts'
import {prepareRequest, turnRequest} from './turn-request.ts'

const SCHEMAS = {
  celsiusBootstrap,
  clientFrame,
  channelPayload,
  prepareReply,
  conversationList,
  conversationRead,
  message,
  delta,
  httpErrorBody,
  resumeRequest,
  sentinelFinalizeRequest,
  sentinelPrepareReply,
  stopRequest,
  streamStatus,
  turnEvent,
  prepareRequest,
  turnRequest,
}

/** Anything at all, with a liking for what looks almost right. */
const WORDS = [
  'type',
  'connect',
  'subscribe',
  'id',
  'command',
  'payload',
  'message',
  'action',
  'next',
  '__proto__',
  'error',
]
const word = fc.oneof(fc.constantFrom(...WORDS), fc.string({maxLength: 5}))
const almost = fc.letrec((tie) => ({
  value: fc.oneof(
    {depthSize: 'small'},
    word,
    fc.integer(),
    fc.constant(null),
    fc.array(tie('value'), {maxLength: 3}),
    fc.dictionary(word, tie('value'), {maxKeys: 4}),
  ),
}))
const text = fc.oneof(
  fc.string(),
  almost.value.map((value) => JSON.stringify(value)),
  fc.json(),
)

const onlyProtocolErrors = (run: () => unknown) => {
  try {
    run()
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
  }
}

test('[ER4] whatever text comes, reading it throws nothing but a ProtocolError', () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...Object.values(SCHEMAS)), (given, schema) => {
      onlyProtocolErrors(() => decode(schema, given))
      onlyProtocolErrors(() => readServerFrame(given))
      onlyProtocolErrors(() => readTurnEvent({data: given}))
      onlyProtocolErrors(() => readTurnEvent({event: 'delta', data: given}))
    }),
    {numRuns: 400},
  )
})

test('[CE39] whatever payload comes, a page reads it without an error', () => {
  fc.assert(fc.property(almost.value, (value) => typeof readPayload(value).type === 'string'))
})

test('[CE9] errors name the place and what was expected, never the contents', () => {
  const secret = 'Bearer of a secret'
  const refusals = [
    () => decode(clientFrame, `[{"id": "${secret}", "command": {}}]`),
    () => decode(clientFrame, `{${secret}`),
    () => decodeValue(streamStatus, {status: secret}),
    () => decodeValue(turnRequest, {action: secret}),
  ]
  const messages = refusals.map((refusal) => {
    try {
      refusal()
    } catch (error) {
      if (error instanceof ProtocolError) return `${error.message} ${String(error.cause)}`
    }
    throw new TypeError('that should have been refused')
  })
  expect(messages.join('\n')).not.toContain(secret)
  expect(messages[0]).toContain('0.id is not number')
})

test('[ER4] every error says whether it certainly had no effect', () => {
  expect(new ProtocolError('bad-shape', 'x').definite).toBe(true)
  expect(new ProtocolError('timed-out', 'x').definite).toBe(false)
})

test('[ER1] both forms of an error body have words for a person', () => {
  expect(messageOfError({detail: 'Not Found'})).toBe('Not Found')
  expect(messageOfError({detail: {message: 'Too many requests', code: 'rate_limit', clears_in: 3_600}})).toBe(
    'Too many requests',
  )
  expect(messageOfError('<html>')).toBeNull()
})
