/** ChatGPT's answer, step by step: remembers how far the delta encoding is. The events are chatgpt-answer's. Rules TU10, TU12, ST5. */
import {
  beginAnswer,
  breakAnswer,
  completeAnswer,
  writeAnswer,
  type AnswerFacts,
  type AnswerStep,
} from '../../stream/chatgpt-answer.ts'
import type {AnswerWriter} from '../running-turn.ts'

/** `limitResetsAt`: ISO time, where the person has reached the limit of messages when the answer ends. */
export function createAnswerWriter(facts: AnswerFacts, limitResetsAt: () => string | null): AnswerWriter {
  const first = beginAnswer(facts)
  let {progress} = first
  const advance = (step: AnswerStep) => {
    progress = step.progress
    return step.events
  }
  return {
    begin: () => first.events,
    write: (text) => advance(writeAnswer(progress, text)),
    complete: (text) => completeAnswer(progress, text, limitResetsAt()),
    // A stopped answer just ends (observed).
    halt: () => [],
    fail: () => [breakAnswer()],
  }
}
