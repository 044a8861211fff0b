/** Plays an answer plan in real time: hands out the tokens that are due, batched, until the last or until stopped. */
import {dueAtMs, dueTokens, type AnswerPlan} from './answer-plan.ts'

export type Batch = {readonly text: string; readonly isLast: boolean}

export type Player = {
  /** No batch comes after this. */
  readonly stop: () => void
}

/** Never calls `onBatch` before it has returned. */
export function playAnswer(plan: AnswerPlan, onBatch: (batch: Batch) => void): Player {
  const startedAt = performance.now()
  let written = 0
  let timer: NodeJS.Timeout | NodeJS.Immediate

  function write(): void {
    const due = dueTokens(plan, performance.now() - startedAt)
    const text = plan.tokens.slice(written, due).join('')
    written = due
    const isLast = written === plan.tokens.length
    if (!isLast) wait()
    if (text !== '' || isLast) onBatch({text, isLast})
  }

  function wait(): void {
    const delayMs = startedAt + dueAtMs(plan, written) - performance.now()
    timer = delayMs <= 0 ? setImmediate(write) : setTimeout(write, delayMs)
  }

  wait()
  return {
    stop() {
      clearTimeout(timer as NodeJS.Timeout)
      clearImmediate(timer as NodeJS.Immediate)
    },
  }
}
