/** FCM's topic conditions: `'a' in topics && ('b' in topics || !('c' in topics))`, at most five topics. Pure. Rules FB36, FB37. */
import jsep, {type Expression} from 'jsep'
import {TOPIC_NAME} from '#protocol/fcm/topic-request.ts'

export type Condition =
  | {readonly is: 'topic'; readonly topic: string}
  | {readonly is: 'not'; readonly of: Condition}
  | {readonly is: 'and' | 'or'; readonly left: Condition; readonly right: Condition}

const MAX_TOPICS = 5
const MAX_CHARS = 2_000

// `in` is no operator of jsep's own; it binds closer than && and ||, as in JavaScript.
jsep.addBinaryOp('in', 7)

/** Null where the text is no condition. */
export function parseCondition(text: string): Condition | null {
  if (text.length > MAX_CHARS) return null
  try {
    const condition = conditionOf(jsep(text))
    return condition !== null && topicsOf(condition).length <= MAX_TOPICS ? condition : null
  } catch {
    return null
  }
}

function conditionOf(expression: Expression): Condition | null {
  const node = expression as jsep.CoreExpression
  if (node.type === 'UnaryExpression' && node.operator === '!') {
    const of = conditionOf(node.argument)
    return of && {is: 'not', of}
  }
  if (node.type !== 'BinaryExpression') return null
  if (node.operator === 'in') return membership(node.left, node.right)
  if (node.operator !== '&&' && node.operator !== '||') return null
  const [left, right] = [conditionOf(node.left), conditionOf(node.right)]
  return left && right && {is: node.operator === '&&' ? 'and' : 'or', left, right}
}

function membership(left: Expression, right: Expression): Condition | null {
  const topic = left.type === 'Literal' ? left['value'] : null
  const isTopic = typeof topic === 'string' && TOPIC_NAME.test(topic)
  return isTopic && right.type === 'Identifier' && right['name'] === 'topics' ? {is: 'topic', topic} : null
}

/** As often as they are named. */
function topicsOf(condition: Condition): readonly string[] {
  if (condition.is === 'topic') return [condition.topic]
  if (condition.is === 'not') return topicsOf(condition.of)
  return [...topicsOf(condition.left), ...topicsOf(condition.right)]
}

export function holds(condition: Condition, topics: ReadonlySet<string>): boolean {
  switch (condition.is) {
    case 'topic':
      return topics.has(condition.topic)
    case 'not':
      return !holds(condition.of, topics)
    case 'and':
      return holds(condition.left, topics) && holds(condition.right, topics)
    case 'or':
      return holds(condition.left, topics) || holds(condition.right, topics)
  }
}
