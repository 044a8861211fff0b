/**
 * What the scripted model will write and when, decided before it begins. Pure; the driver is answer-player.ts.
 * The ranges are the founding comparison's (modelled, not measured).
 */
import type {ModelSettings} from './model-settings.ts'
import {seededRandom} from './seeded.ts'
import {seededWords} from './words.ts'

export type AnswerPlan = {
  readonly firstTokenDelayMs: number
  /** Infinite for an instant answer. */
  readonly tokensPerSecond: number
  readonly tokens: readonly string[]
}

/** The same settings and key give the same plan. The text does not depend on the speed, nor on `instant`. */
export function planAnswer(settings: ModelSettings, key: string): AnswerPlan {
  const full = `${settings.seed}/${key}`
  const random = seededRandom(`timing ${full}`)
  const within = ([from, to]: readonly [number, number]) => from + (to - from) * random()
  const firstTokenDelayMs = within(settings.firstTokenDelayMs) / settings.speed
  const tokensPerSecond = within(settings.tokensPerSecond) * settings.speed
  const count = Math.max(1, Math.round(within(settings.tokens)))
  const tokens = seededWords(`answer ${full}`, count).map((word, index) => (index === 0 ? word : ` ${word}`))
  if (settings.instant) return {firstTokenDelayMs: 0, tokensPerSecond: Infinity, tokens}
  return {firstTokenDelayMs, tokensPerSecond, tokens}
}

/** When token `index` is due, counted from the start: never from the token before, so that lateness does not add up. */
export const dueAtMs = (plan: AnswerPlan, index: number): number =>
  plan.firstTokenDelayMs + (index * 1_000) / plan.tokensPerSecond

/** How many tokens are due `elapsedMs` after the start. */
export function dueTokens(plan: AnswerPlan, elapsedMs: number): number {
  if (elapsedMs < plan.firstTokenDelayMs) return 0
  let count = 1 + Math.floor(((elapsedMs - plan.firstTokenDelayMs) * plan.tokensPerSecond) / 1_000 || 0)
  count = Math.min(plan.tokens.length, Number.isNaN(count) ? plan.tokens.length : count)
  // Division and multiplication may disagree in the last bit.
  while (count < plan.tokens.length && dueAtMs(plan, count) <= elapsedMs) count++
  while (count > 0 && dueAtMs(plan, count - 1) > elapsedMs) count--
  return count
}
