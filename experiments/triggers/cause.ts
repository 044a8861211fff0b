/** What a frame can be due to: the triggers, and what has to be told apart from them because a channel treats it otherwise. Rule TG24. */
import {TRIGGERS} from '../scenario/step.ts'

const [messageSent, ...others] = TRIGGERS

/** In the order of the table. */
export const CAUSES = [messageSent, 'first message sent', 'answer goes on', ...others] as const
export type Cause = (typeof CAUSES)[number]

/** Whose channel is watched: the tab that does nothing. Rule TG26. */
export const OBSERVER = 'B'
