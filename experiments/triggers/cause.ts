/** What a frame can be due to: the triggers, and what has to be told apart from them because a channel treats it otherwise. Rule TG24. */
import {TRIGGERS} from '../scenario/step.ts'

const [messageSent, turnComplete, ...others] = TRIGGERS

/** In the order of the table. What is the first of its kind is of a conversation that no other tab shows. */
export const CAUSES = [
  messageSent,
  'answer goes on',
  turnComplete,
  'first message sent',
  'first answer goes on',
  'first turn complete',
  ...others,
] as const
export type Cause = (typeof CAUSES)[number]

/** It happens many times in a turn. */
export const goesOn = (cause: Cause): boolean =>
  cause === 'answer goes on' || cause === 'first answer goes on'

/** Whose channel is watched: the tab that does nothing. Rule TG26. */
export const OBSERVER = 'B'
