import fc from 'fast-check'
import {expect, test} from 'vitest'
import {holds, parseCondition, type Condition} from './condition.ts'

const reaches = (text: string, ...topics: readonly string[]) => {
  const condition = parseCondition(text)
  if (condition === null) throw new TypeError('no condition')
  return holds(condition, new Set(topics))
}

test("[FB36] the reference's own example", () => {
  const text = "'TopicA' in topics && ('TopicB' in topics || 'TopicC' in topics)"
  expect(reaches(text, 'TopicA', 'TopicB')).toBe(true)
  expect(reaches(text, 'TopicA', 'TopicC')).toBe(true)
  expect(reaches(text, 'TopicA')).toBe(false)
  expect(reaches(text, 'TopicB', 'TopicC')).toBe(false)
})

test('[FB37] a negation reaches also those that follow nothing', () => {
  expect(reaches("!('TopicA' in topics)")).toBe(true)
  expect(reaches("!('TopicA' in topics)", 'TopicA')).toBe(false)
  expect(reaches("'a' in topics && !('b' in topics)", 'a')).toBe(true)
})

test.each([
  '',
  'topics',
  "'a'",
  "'a' in others",
  'a in topics',
  "'a' in topics &&",
  "'a' in topics & 'b' in topics",
  "'a' in topics; 'b' in topics",
  "'a' in topics == true",
  "'no spaces' in topics",
  "('a' in topics",
  "f('a')",
])('[FB36] %j is no condition', (text) => {
  expect(parseCondition(text)).toBeNull()
})

test('[FB36] five topics and no more', () => {
  const of = (count: number) =>
    Array.from({length: count}, (_, index) => `'t${index}' in topics`).join(' || ')
  expect(parseCondition(of(5))).not.toBeNull()
  expect(parseCondition(of(6))).toBeNull()
})

const topic = fc.constantFrom('a', 'b', 'c', 'news.uk~1%20')
const {tree} = fc.letrec<{tree: Condition}>((tie) => ({
  tree: fc.oneof(
    {maxDepth: 2},
    fc.record({is: fc.constant('topic' as const), topic}),
    fc.record({is: fc.constant('not' as const), of: tie('tree')}),
    fc.record({is: fc.constantFrom('and' as const, 'or' as const), left: tie('tree'), right: tie('tree')}),
  ),
}))

function written(condition: Condition): string {
  if (condition.is === 'topic') return `'${condition.topic}' in topics`
  if (condition.is === 'not') return `!(${written(condition.of)})`
  return `(${written(condition.left)} ${condition.is === 'and' ? '&&' : '||'} ${written(condition.right)})`
}

test('[FB36] whatever is written is read as it was meant', () => {
  fc.assert(
    fc.property(tree, fc.uniqueArray(topic), (condition, topics) => {
      const text = written(condition)
      fc.pre(text.split(' in ').length <= 6)
      expect(reaches(text, ...topics)).toBe(holds(condition, new Set(topics)))
    }),
  )
})

test('[FB36] no text makes it throw', () => {
  fc.assert(
    fc.property(fc.string({maxLength: 60}), (text) => {
      parseCondition(text)
    }),
  )
})
