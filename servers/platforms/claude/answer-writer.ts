/** Claude.ai's answer, step by step, padded: remembers which block is open. The events are claude-answer's. Rules CL17–CL18. */
import type {CompletionEvent} from '#protocol/claude/completion-event.ts'
import type {MessageLimit} from '#protocol/claude/message-limit.ts'
import {
  beginClaudeAnswer,
  breakClaudeAnswer,
  cancelClaudeAnswer,
  completeClaudeAnswer,
  completionSse,
  writeClaudeAnswer,
  type ClaudeAnswerFacts,
  type ClaudeAnswerStep,
} from '../../stream/claude-answer.ts'
import type {AnswerWriter} from '../running-turn.ts'

/** The longest padding is one less. Invented; captures show only that it varies. */
const PADDINGS = 64

/** `random` decides the padding; `limit` is how near the person is to it when the answer ends. */
export function createAnswerWriter(
  facts: ClaudeAnswerFacts,
  random: () => number,
  wallMs: () => number,
  limit: () => MessageLimit,
): AnswerWriter {
  const at = () => new Date(wallMs()).toISOString()
  const padded = (events: readonly CompletionEvent[]) =>
    events.map((event) => completionSse(event, Math.floor(random() * PADDINGS)))
  const first = beginClaudeAnswer(facts, at())
  let {progress} = first
  const advance = (step: ClaudeAnswerStep) => {
    progress = step.progress
    return padded(step.events)
  }
  return {
    begin: () => padded(first.events),
    write: (text) => advance(writeClaudeAnswer(progress, text, at())),
    complete: (text) => padded(completeClaudeAnswer(progress, text, at(), limit())),
    halt: () => padded(cancelClaudeAnswer(progress, at(), limit())),
    fail: () => padded([breakClaudeAnswer()]),
  }
}
