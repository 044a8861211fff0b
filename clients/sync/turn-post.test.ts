/** What a page does by itself about a POST without an answer; without habits exactly what it always did. */
import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Surroundings} from './chat-session.ts'
import {ApiError} from './http-caller.ts'
import {createTurnPost, type TurnPostNeeds} from './turn-post.ts'

type Turn = {readonly prompt: string | null}
type Outcome = 'answer' | keyof typeof FAILURES

const FAILURES = {
  lost: () => new ApiError(0, 'lost'),
  'not sent': () => new ApiError(0, 'not sent', {isDefinite: true}),
  'too much': () => new ApiError(503, 'too much'),
  'known id': () => new ApiError(409, 'known id'),
  conflict: () => new ApiError(409, 'conflict', {refusal: {currentLeafId: 'x'}}),
}

/** What both platforms take for an attempt that leaves everything open, and for the last word. */
const PLATFORM = {
  chatgpt: {
    isOpen: ({prompt}, first, {refusal}) => prompt !== null && !first.isDefinite && refusal === null,
    tellsAll: ({refusal}) => refusal !== null,
  },
  claude: {
    isOpen: (_, first, latest) => first.status === 0 && latest.status === 0,
    tellsAll: ({status}) => status === 409,
  },
} as const satisfies Record<string, Pick<TurnPostNeeds<Turn>, 'isOpen' | 'tellsAll'>>
type Name = keyof typeof PLATFORM

/** What comes of the attempts, in this order; the last one again and again. Waits are over at once, and written down. */
function world(outcomes: readonly Outcome[]) {
  const did: string[] = []
  const setTimer: Surroundings['setTimer'] = (run, delayMs) => {
    // A limit on silence is no wait.
    if (delayMs < 60_000) {
      did.push(`waits ${delayMs}`)
      queueMicrotask(run)
    }
    return () => {}
  }
  let asked = 0
  async function post({prompt}: Turn): Promise<Response> {
    const outcome = outcomes[Math.min(asked, outcomes.length - 1)]!
    asked += 1
    did.push(`asks ${prompt}`)
    if (outcome === 'answer') return new Response('begun')
    throw FAILURES[outcome]()
  }
  return {did, post, pauses: {setTimer}}
}

async function postIn(
  name: Name,
  outcomes: readonly Outcome[],
  more: Partial<TurnPostNeeds<Turn>> = {},
  prompt: string | null = 'q',
) {
  const {did, post, pauses} = world(outcomes)
  let ids = 0
  const send = createTurnPost<Turn>({
    post,
    isIdempotent: false,
    resend: 'never',
    outbox: null,
    pauses,
    idleMs: 60_000,
    ...PLATFORM[name],
    renamed: () => ({prompt: `q${(ids += 1)}`}),
    ...more,
  })
  const posted = await send({prompt}, new AbortController().signal)
  return {did, end: posted.name === 'failed' ? posted.error.message : posted.name}
}

/** The loop that each platform had before there were habits. */
async function before(
  name: Name,
  outcomes: readonly Outcome[],
  isIdempotent: boolean,
  prompt: string | null,
) {
  const {did, post} = world(outcomes)
  let first: ApiError | null = null
  for (let sent = 1; ; sent += 1) {
    try {
      await post({prompt})
      return {did, end: 'answered'}
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      first ??= error
      const isOpen =
        name === 'chatgpt'
          ? prompt !== null && !first.isDefinite && error.refusal === null
          : first.status === 0 && error.status === 0
      const isLast = name === 'chatgpt' ? error.refusal !== null : error.status === 409
      if (!isIdempotent || !isOpen || sent > 2) return {did, end: (isLast ? error : first).message}
      did.push(`waits ${1_000 * 2 ** (sent - 1)}`)
    }
  }
}

const claudesFailures = (outcome: Outcome) => outcome !== 'not sent'

test('[HB1] [CF11] without habits every page asks, waits and tells as it did, whatever comes of its attempts', async () => {
  const outcome = fc.constantFrom<Outcome>('answer', 'lost', 'not sent', 'too much', 'known id', 'conflict')
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<Name>('chatgpt', 'claude'),
      fc.array(outcome, {minLength: 1, maxLength: 4}),
      fc.boolean(),
      fc.constantFrom('q', null),
      async (name, drawn, isIdempotent, prompt) => {
        // A POST of Claude's page is its first request: nothing fails before it.
        const outcomes = name === 'claude' ? [...drawn.filter(claudesFailures), 'lost' as const] : drawn
        const now = await postIn(name, outcomes, {isIdempotent}, prompt)
        expect(now).toEqual(await before(name, outcomes, isIdempotent, prompt))
      },
    ),
  )
})

test.each<
  [resend: TurnPostNeeds<Turn>['resend'], outcomes: readonly Outcome[], did: readonly string[], end: string]
>([
  ['never', ['lost'], ['asks q'], 'lost'],
  ['same-ids', ['lost', 'answer'], ['asks q', 'waits 1000', 'asks q'], 'answered'],
  [
    'same-ids',
    ['lost', 'not sent', 'answer'],
    ['asks q', 'waits 1000', 'asks q', 'waits 2000', 'asks q'],
    'answered',
  ],
  ['same-ids', ['lost'], ['asks q', 'waits 1000', 'asks q', 'waits 2000', 'asks q'], 'lost'],
  ['same-ids', ['too much'], ['asks q'], 'too much'],
  ['same-ids', ['lost', 'conflict'], ['asks q', 'waits 1000', 'asks q'], 'conflict'],
  ['same-ids', ['not sent', 'too much'], ['asks q', 'waits 1000', 'asks q'], 'too much'],
  ['fresh-ids', ['lost'], ['asks q', 'waits 1000', 'asks q1', 'waits 2000', 'asks q2'], 'lost'],
])('[HB2] [HB3] resend=%s, and %j comes of it', async (resend, outcomes, did, end) => {
  expect(await postIn('chatgpt', outcomes, {resend})).toEqual({did, end})
})

test('[HB2] an answer that is cut before its first byte is none, and one of some bytes is one', async () => {
  const empty = () => Promise.resolve(new Response(''))
  expect(await postIn('claude', ['answer'], {resend: 'same-ids', post: empty})).toMatchObject({
    end: 'The answer of the server was cut off.',
  })
  let body: string | null = null
  const send = createTurnPost<Turn>({
    ...world([]),
    post: () => Promise.resolve(new Response('some bytes', {status: 201})),
    isIdempotent: false,
    resend: 'same-ids',
    outbox: null,
    idleMs: 60_000,
    ...PLATFORM.claude,
    renamed: (turn) => turn,
  })
  const posted = await send({prompt: 'q'}, new AbortController().signal)
  if (posted.name === 'answered') body = `${posted.response.status} ${await posted.response.text()}`
  expect(body).toBe('201 some bytes')
})
