import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import type {StoredMessage} from '../../conversation/message.ts'
import {pathTo} from '../../conversation/tree.ts'
import {viewOf} from './view.ts'

const message = (
  id: string,
  parentId: string | null,
  role: StoredMessage['role'],
  about: Partial<StoredMessage> = {},
): StoredMessage => ({
  id,
  conversationId: 'c',
  parentId,
  role,
  text: id,
  status: 'complete',
  createdAtMs: 0,
  updatedAtMs: 0,
  turnId: null,
  model: null,
  ...about,
})
const now = {untilMs: Infinity, dangling: false}
const idsOf = (messages: readonly StoredMessage[]) => messages.map(({id}) => id)

test('[CL22] [CL23] a message without a reply is left out, and the leaf is the one above it', () => {
  const messages = [
    message('a', null, 'user'),
    message('b', 'a', 'assistant'),
    message('c', 'b', 'user'),
    message('d', 'c', 'assistant', {status: 'in_progress'}),
  ]
  const plain = viewOf(messages, 'd', now)
  expect([idsOf(plain.messages), plain.leafId]).toEqual([['a', 'b'], 'b'])
  const dangling = viewOf(messages, 'd', {...now, dangling: true})
  expect([idsOf(dangling.messages), dangling.leafId]).toEqual([['a', 'b', 'c'], 'c'])
})

test('[CL21] while a message is answered again, its older answer is in the view and not the leaf', () => {
  const messages = [
    message('a', null, 'user'),
    message('b', 'a', 'assistant'),
    message('c', 'a', 'assistant', {status: 'in_progress'}),
  ]
  const {leafId, messages: seen} = viewOf(messages, 'c', now)
  expect([idsOf(seen), leafId]).toEqual([['a', 'b'], 'a'])
})

/** Trees as the store writes them: parents before children, an answer's end at any time. */
const trees = fc
  .array(fc.record({up: fc.nat(), isAnswer: fc.boolean(), isRunning: fc.boolean(), at: fc.nat(9)}), {
    maxLength: 12,
  })
  .map((drawn) =>
    drawn.map(({up, isAnswer, isRunning, at}, index) =>
      message(
        `m${index}`,
        index === 0 || up % (index + 1) === index ? null : `m${up % (index + 1)}`,
        isAnswer ? 'assistant' : 'user',
        {status: isAnswer && isRunning ? 'in_progress' : 'complete', updatedAtMs: at},
      ),
    ),
  )

test('[CL20] [CL23] whatever the tree, the view is one: parents are in it, its leaf too, and nothing from later', () => {
  fc.assert(
    fc.property(trees, fc.nat(9), fc.boolean(), fc.nat(), (messages, untilMs, dangling, leaf) => {
      const leafId = messages.length === 0 ? null : messages[leaf % messages.length]!.id
      const view = viewOf(messages, leafId, {untilMs, dangling})
      const ids = new Set(idsOf(view.messages))
      for (const {parentId, updatedAtMs, status} of view.messages) {
        expect(parentId === null || ids.has(parentId)).toBe(true)
        expect([updatedAtMs <= untilMs, status]).toEqual([true, 'complete'])
      }
      if (view.leafId !== null) expect(idsOf(pathTo(view.messages, view.leafId)).at(-1)).toBe(view.leafId)
      if (dangling) return
      const parents = new Set(view.messages.map(({parentId}) => parentId))
      for (const {id, role} of view.messages) expect(role === 'assistant' || parents.has(id)).toBe(true)
    }),
  )
})
