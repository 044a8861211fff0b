/** Property: however the network treats an answer, the tab ends, and ends with the server's text and status, or says that it does not know them. */
import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Message} from '#protocol/conversation.ts'
import {pass} from '../test-clock.ts'
import {json} from '../test-http.ts'
import {events, testConversation, testMessage} from './test-conversation.ts'
import {question, readyTab, reply} from './test-tab.ts'

const prompt = testMessage('id-1', 'And then?', {parent: 'a1'})
const WORDS = ['One', ' two', ' three', ' four', ' five']

/** The turn as the server has it: all of its events, and how far it came before it ended, well or not. */
type Turn = {readonly cameTo: number; readonly end: 'finished_successfully' | 'failed' | 'interrupted'}

/** What becomes of one response: so many of its events arrive, and it breaks off, or ends with no word of why (`isDone`); or it is refused; or nobody answers. */
type Fate = {readonly arrives: number; readonly isDone?: boolean} | {readonly status: number} | 'unreachable'

const answer = ({cameTo, end}: Turn): Message =>
  testMessage('a2', WORDS.slice(0, cameTo).join(''), {parent: 'id-1', role: 'assistant', status: end})

function eventsOf(turn: Turn): readonly string[] {
  const begun = testMessage('a2', '', {parent: 'id-1', role: 'assistant', status: 'in_progress'})
  const body = [
    events.encoding,
    events.token('c1'),
    events.prompt('c1', prompt),
    events.snapshot('c1', begun),
    ...WORDS.slice(0, turn.cameTo).map((word) => events.text(word)),
  ]
  return turn.end === 'finished_successfully' ? [...body, events.finished, events.complete('c1')] : body
}

function respond(turn: Turn, from: number, fate: Fate): Response | Promise<Response> {
  if (fate === 'unreachable') return Promise.reject(new TypeError('Failed to fetch'))
  if ('status' in fate) return json({detail: 'no'}, fate.status)
  const rest = eventsOf(turn).slice(from)
  const isWhole = fate.arrives >= rest.length
  const body = rest.slice(0, fate.arrives).join('')
  const isDone = fate.isDone === true || (isWhole && turn.end === 'finished_successfully')
  return new Response(isDone ? body + events.done : body)
}

const turns: fc.Arbitrary<Turn> = fc.record({
  cameTo: fc.integer({min: 1, max: WORDS.length}),
  end: fc.constantFrom('finished_successfully', 'failed', 'interrupted'),
})
const fates: fc.Arbitrary<Fate> = fc.oneof(
  fc.record({arrives: fc.nat(10), isDone: fc.boolean()}),
  fc.record({status: fc.constantFrom(400, 404, 408, 410, 429, 500, 502, 503)}),
  fc.constant('unreachable' as const),
)
const SHOWN = {finished_successfully: 'complete', failed: 'failed', interrupted: 'stopped'} as const

const world = fc.record({
  turn: turns,
  post: fc.nat(10),
  resumes: fc.array(fates, {maxLength: 14}),
  /** Rounds of the poll loop in which the server cannot be read. */
  deafRounds: fc.constantFrom(0, 1, 5, 40),
})

test('[TU13] [RS3] [ST9] whatever becomes of its stream, an answer ends as the server has it, or is said to be unknown', async () => {
  await fc.assert(
    fc.asyncProperty(world, async ({turn, post, resumes, deafRounds}) => {
      const tab = await readyTab()
      let deaf = deafRounds
      const queue = [...resumes]
      const seen = new Set<string>()
      tab.session.subscribe(() => seen.add(tab.texts().at(-1) ?? ''))
      tab.route('POST /backend-api/f/conversation', () => respond(turn, 0, {arrives: post}))
      tab.route('POST /backend-api/f/conversation/resume', ({body}) =>
        respond(turn, (body as {offset: number}).offset, queue.shift() ?? {status: 410}),
      )
      tab.route('GET /backend-api/conversation/c1', () => {
        if ((deaf -= 1) >= 0) return Promise.reject(new TypeError('Failed to fetch'))
        return json(testConversation('c1', [question, reply, prompt, answer(turn)]))
      })
      tab.route('GET /backend-api/conversation/c1/stream_status', () =>
        json({status: turn.end === 'failed' ? 'FAILURE' : 'COMPLETE'}),
      )

      let isOver = false
      void tab.session.send('And then?').then(() => (isOver = true))
      await pass(tab.clock, 400_000)
      expect(isOver).toBe(true)

      const last = tab.session.view().messages.at(-1)!
      const whole = answer(turn).content
      const text = 'parts' in whole ? whole.parts.join('') : ''
      const isKnown = last.text === text && last.status === SHOWN[turn.end]
      const showsNoEnd = last.role === 'user' || last.status === 'failed'
      const saysSo = showsNoEnd && tab.session.view().notice !== null
      expect(isKnown || saysSo).toBe(true)
      if (deafRounds < 30) expect([last.text, last.status]).toEqual([text, SHOWN[turn.end]])
      for (const line of seen)
        if (line.endsWith('(complete)'))
          expect([`${text} (complete)`, 'And then? (complete)', 'That. (complete)']).toContain(line)
      expect(tab.paths().filter((path) => path === 'POST /backend-api/f/conversation')).toHaveLength(1)
      tab.session.close()
    }),
    {numRuns: 60},
  )
})
