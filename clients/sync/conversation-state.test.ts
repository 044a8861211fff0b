import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {KnownMessage, SaidMessage} from '#protocol/known-message.ts'
import {
  loadingConversation,
  newConversation,
  next,
  type ConversationEvent,
  type ConversationState,
} from './conversation-state.ts'
import {isOnChosenBranch, knownLeaf, parentForSend} from './known-leaf.ts'
import {transcript} from './transcript.ts'
import {testKnown, testKnownConversation} from './test-known.ts'

const replay = (from: ConversationState, ...events: readonly ConversationEvent[]) => events.reduce(next, from)
const shown = (state: ConversationState) =>
  transcript(state, []).map(({id, text, status}) => `${id} ${text} ${status}`)
const load = (...messages: readonly KnownMessage[]): ConversationEvent => ({
  type: 'loaded',
  read: testKnownConversation('c1', messages),
})
const question = testKnown('q1', 'What?', {parent: 'root'})
const answer = (text: string, status: SaidMessage['status'] = 'streaming', id = 'a1', parent = 'q1') =>
  testKnown(id, text, {parent, role: 'assistant', status})
const finished = (text: string, id = 'a1', parent = 'q1') => answer(text, 'complete', id, parent)
const upsert = (message: KnownMessage): ConversationEvent => ({type: 'upserted', message})
const stream = (message: KnownMessage): ConversationEvent => ({type: 'streamed', message})
const sent = (promptId: string, parentId: string): ConversationEvent => ({
  type: 'sent',
  promptId,
  text: promptId,
  parentId,
})
const failed: ConversationEvent = {type: 'turn-ended', outcome: 'failed'}
const opened = replay(loadingConversation('root', 'c1'), load(question, finished('That.')))

describe('the own turn', () => {
  test('[TU5] the first message of a new chat hangs on the root', () => {
    expect(parentForSend(newConversation('root'))).toBe('root')
    expect(shown(replay(newConversation('root'), sent('q', 'root')))).toEqual(['q q sending'])
  })

  test('[TU7] the next message is sent after the leaf the tab believes current', () => {
    expect(parentForSend(opened)).toBe('a1')
    expect(parentForSend(replay(opened, sent('q2', 'a1'), failed))).toBe('a1')
  })

  test('[TU13] an answer that never ended is not complete', () => {
    const cut = replay(opened, sent('q2', 'a1'), stream(answer('Half', 'streaming', 'a2', 'q2')), failed)
    expect(shown(cut).slice(2)).toEqual(['q2 q2 complete', 'a2 Half failed'])
  })

  test('a prompt that failed gives way to the next one, and nothing else does', () => {
    const again = replay(opened, sent('q2', 'a1'), failed, sent('q3', 'a1'))
    expect(shown(again)).toEqual(['q1 What? complete', 'a1 That. complete', 'q3 q3 sending'])
    expect(replay(opened, upsert(finished('More', 'a2', 'a1')), sent('q3', 'a1')).tree.has('a2')).toBe(true)
  })

  test('[TU5] another answer that never came leaves the one that was there', () => {
    expect(shown(replay(opened, {type: 'asked-again', promptId: 'q1'}, failed))).toEqual(shown(opened))
  })

  test('[CF14] a message that was refused leaves no trace, and the tab is where it was', () => {
    const refused: ConversationEvent = {type: 'refused'}
    expect(replay(opened, sent('q2', 'a1'), refused)).toEqual(opened)
    expect(shown(replay(opened, sent('e1', 'root'), refused))).toEqual(shown(opened))
    expect(shown(replay(opened, {type: 'asked-again', promptId: 'q1'}, refused))).toEqual(shown(opened))
    const meanwhile = replay(opened, sent('q2', 'a1'), upsert(testKnown('q3', 'q3', {parent: 'a1'})), refused)
    expect(shown(meanwhile).at(-1)).toBe('q3 q3 complete')
  })

  test("[CF10] the last message that a tab knows is the one it shows or, on a chosen branch, the server's", () => {
    expect(knownLeaf(newConversation('root'))).toBe('root')
    expect(knownLeaf(replay(opened, sent('q2', 'a1'), failed))).toBe('a1')
    const branched = replay(opened, load(question, finished('That.'), finished('Or this.', 'a2')))
    const chosen = replay(branched, {type: 'branch-chosen', messageId: 'a1'})
    expect([isOnChosenBranch(branched), isOnChosenBranch(chosen)]).toEqual([false, true])
    expect([knownLeaf(branched), knownLeaf(chosen), parentForSend(chosen)]).toEqual(['a2', 'a2', 'a1'])
  })

  test('a refetch in the middle keeps what the tab has just sent', () => {
    const state = replay(opened, sent('q2', 'a1'), load(question, finished('That.')))
    expect(shown(state).at(-1)).toBe('q2 q2 sending')
  })

  test('a replay from the beginning takes nothing away', () => {
    const begun = replay(opened, sent('q2', 'a1'), stream(answer('Hello', 'streaming', 'a2', 'q2')))
    expect(shown(replay(begun, stream(answer('He', 'streaming', 'a2', 'q2')))).at(-1)).toBe(
      'a2 Hello streaming',
    )
  })
})

describe('an answer that nobody told the tab of', () => {
  const again: ConversationEvent = {type: 'asked-again', promptId: 'q1'}

  test("[ST8] is the tab's own when a read brings it", () => {
    const asked = replay(
      opened,
      sent('q2', 'a1'),
      load(
        question,
        finished('That.'),
        testKnown('q2', 'q2', {parent: 'a1'}),
        answer('Yes', 'streaming', 'a2', 'q2'),
      ),
    )
    expect(asked.ownTurn).toMatchObject({parentId: 'q2', answerId: 'a2'})
  })

  test('[ST8] is not an answer that was there before', () => {
    const asked = replay(opened, again, load(question, finished('That.')))
    expect(asked.ownTurn).toMatchObject({parentId: 'q1', answerId: null})
    const answered = replay(asked, load(question, finished('That.'), answer('Other', 'streaming', 'a2')))
    expect(answered.ownTurn).toMatchObject({answerId: 'a2'})
  })

  test('[ST9] is lost only where it is being written, and any word of the server finds it again', () => {
    const writing = replay(
      opened,
      upsert(testKnown('q2', 'More', {parent: 'a1'})),
      upsert(answer('Ha', 'streaming', 'a2', 'q2')),
    )
    const lost = replay(writing, {type: 'lost'})
    expect(shown(lost).at(-1)).toBe('a2 Ha failed')
    expect(shown(replay(lost, upsert(answer('Half', 'streaming', 'a2', 'q2')))).at(-1)).toBe(
      'a2 Half streaming',
    )
    expect(shown(replay(lost, upsert(finished('H', 'a2', 'q2')))).at(-1)).toBe('a2 H complete')
    expect(replay(opened, {type: 'lost'})).toBe(opened)
  })
})

describe('what others bring about', () => {
  test('[CA3] a message after the leaf is shown', () => {
    expect(shown(replay(opened, upsert(finished('More', 'a2', 'a1')))).at(-1)).toBe('a2 More complete')
  })

  test('[TU7] a fork further up is followed by an idle tab, and left beside by one that is answering', () => {
    const fork = upsert(testKnown('q9', 'Other', {parent: 'q1'}))
    expect(shown(replay(opened, fork))).toEqual(['q1 What? complete', 'q9 Other complete'])
    expect(shown(replay(opened, sent('q2', 'a1'), fork)).at(-1)).toBe('q2 q2 sending')
  })

  test('a message in the air is not shown', () => {
    expect(replay(opened, upsert(finished('More', 'a9', 'unheard-of')))).toBe(opened)
  })

  test('a read that is older than what the channel brought takes nothing back', () => {
    const ahead = replay(opened, upsert(finished('More', 'a2', 'a1')))
    expect(shown(replay(ahead, load(question, finished('That.'))))).toEqual(shown(ahead))
  })

  test('[TU25] a read tells how an answer ended that the tab lost sight of', () => {
    const lost = replay(opened, sent('q2', 'a1'), stream(answer('Half', 'streaming', 'a2', 'q2')), failed)
    const prompt = testKnown('q2', 'q2', {parent: 'a1'})
    const read = load(question, finished('That.'), prompt, finished('Whole', 'a2', 'q2'))
    expect(shown(replay(lost, read)).at(-1)).toBe('a2 Whole complete')
  })

  test('after a refetch the tab stands where the server does, unless the person chose a branch since', () => {
    const branches = [question, finished('One'), finished('Two', 'a2')] as const
    const second = replay(loadingConversation('root', 'c1'), load(...branches))
    expect(shown(second).at(-1)).toBe('a2 Two complete')
    const chosen = replay(second, {type: 'branch-chosen', messageId: 'a1'})
    expect(shown(replay(chosen, load(...branches))).at(-1)).toBe('a1 One complete')
    expect(shown(replay(chosen, load(...branches, finished('Three', 'a3')))).at(-1)).toBe('a3 Three complete')
  })
})

test('[TU7] [PO3] what a tab missed before its own fork is caught up with after it, and does not keep the tab there', () => {
  const own = testKnown('q3', 'Mine', {parent: 'a1'})
  const missed = [testKnown('q2', 'Theirs', {parent: 'a1'}), finished('To them.', 'a2', 'q2')]
  const next3 = finished('To me.', 'a3', 'q3')
  const before = replay(opened, upsert(own), upsert(next3))
  const caughtUp = replay(before, ...[...missed, own, next3, finished('More.', 'a4', 'a3')].map(upsert))
  expect(shown(caughtUp).slice(2)).toEqual(['q3 Mine complete', 'a3 To me. complete', 'a4 More. complete'])
})

test('[TU7] [PO3] a tab that stands where the server does goes with it to a branch that it does not show', () => {
  const [left, right] = [testKnown('q2', 'Left', {parent: 'a1'}), testKnown('q3', 'Right', {parent: 'a1'})]
  const beside = replay(opened, upsert(left), upsert(right))
  expect(shown(replay(beside, upsert(finished('On the left.', 'a2', 'q2')))).slice(2)).toEqual([
    'q2 Left complete',
    'a2 On the left. complete',
  ])
  const chosen = replay(beside, {type: 'branch-chosen', messageId: 'q2'})
  expect(shown(replay(chosen, upsert(finished('On the right.', 'a3', 'q3')))).at(-1)).toBe('q2 Left complete')
})

test('[TU7] what others brought about during a turn that never reached the server is shown when that has failed', () => {
  const during = replay(opened, sent('q2', 'a1'), upsert(finished('Meanwhile.', 'a9', 'a1')))
  expect(shown(during).at(-1)).toBe('q2 q2 sending')
  expect(shown(replay(during, failed)).at(-1)).toBe('a9 Meanwhile. complete')
})

test('[TU7] of two turns at a time a tab ends with the one that the server took last', () => {
  const accepted = {type: 'accepted', conversationId: 'c1', promptId: 'q2'} as const
  const own = [stream(finished('Mine.', 'a2', 'q2')), {type: 'turn-ended', outcome: 'complete'}] as const
  const theirs = [testKnown('q3', 'Theirs', {parent: 'a1'}), finished('To them.', 'a3', 'q3')].map(upsert)
  const told = upsert(testKnown('q2', 'q2', {parent: 'a1'}))
  const mineFirst = replay(opened, sent('q2', 'a1'), accepted, told, ...theirs, ...own)
  expect(shown(mineFirst).at(-1)).toBe('a3 To them. complete')
  const mineLast = replay(opened, sent('q2', 'a1'), ...theirs, accepted, ...own, told)
  expect(shown(mineLast).at(-1)).toBe('a2 Mine. complete')
})

describe('the transcript', () => {
  test('says where a message stands among its siblings', () => {
    const branched = replay(
      loadingConversation('root', 'c1'),
      load(question, finished('One'), finished('Two', 'a2')),
    )
    expect(transcript(branched, []).map(({branch}) => branch)).toEqual([
      undefined,
      {index: 2, siblings: ['a1', 'a2']},
    ])
  })

  test('counts branches from where they part, past thoughts that nobody reads', () => {
    const thought: KnownMessage = {id: 't1', parentId: 'q1', said: null}
    const state = replay(
      loadingConversation('root', 'c1'),
      load(question, finished('One'), thought, finished('Two', 'a2', 't1')),
    )
    expect(transcript(state, []).at(-1)).toMatchObject({id: 'a2', branch: {index: 2, siblings: ['a1', 't1']}})
  })

  test('keeps the lines that did not change', () => {
    const before = transcript(replay(opened, upsert(answer('He', 'streaming', 'a2', 'a1'))), [])
    const after = transcript(replay(opened, upsert(answer('Hello', 'streaming', 'a2', 'a1'))), before)
    expect([after[0] === before[0], after[1] === before[1], after[2] === before[2]]).toEqual([
      true,
      true,
      false,
    ])
  })

  test('a delta copies no tree', () => {
    const begun = replay(opened, upsert(answer('He', 'streaming', 'a2', 'a1')))
    expect(replay(begun, upsert(answer('Hello', 'streaming', 'a2', 'a1'))).tree).toBe(begun.tree)
  })
})

test('[K2] [K3] whatever order reads and channel come in, nothing confirmed is lost or doubled, and all ends alike', () => {
  const whole = [
    question,
    finished('That.'),
    testKnown('q2', 'More?', {parent: 'a1'}),
    finished('Yes.', 'a2', 'q2'),
  ]
  const anyEvent = fc.oneof(
    fc.nat(3).map((count) => load(...whole.slice(0, count + 1))),
    fc.nat(3).map((index) => upsert(whole[index]!)),
    fc.nat(4).map((chars) => upsert(answer('Yes.'.slice(0, chars), 'streaming', 'a2', 'q2'))),
  )
  fc.assert(
    fc.property(fc.array(anyEvent, {maxLength: 25}), (events) => {
      let state = loadingConversation('root', 'c1')
      let before: string[] = []
      for (const event of events) {
        state = next(state, event)
        const ids = transcript(state, []).map(({id}) => id)
        expect(ids.slice(0, before.length)).toEqual(before)
        expect(new Set(ids).size).toBe(ids.length)
        before = ids
      }
      const end = next(state, load(...whole))
      expect(shown(end)).toEqual(whole.map(({id, said}) => `${id} ${said?.text} complete`))
    }),
  )
})
