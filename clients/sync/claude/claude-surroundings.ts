/**
 * What a Claude tab needs of its surroundings beside what every tab needs: the push channel. In a tab the Firebase SDK
 * fills it; in Node whoever runs the virtual tab.
 */
import type {PushPageConfig} from '#protocol/claude/push-page-config.ts'
import type {CompletionNotice} from '#protocol/claude/worker-message.ts'
import type {Surroundings} from '../chat-session.ts'

/** A push that reached this window. */
export type HeardPush = {
  /** FCM's id of the message: the sender got the same. */
  readonly id: string
  readonly data: Readonly<Record<string, string>>
  /** When it was in hand (`stampNow`), and how long its text was. */
  readonly at: number
  readonly bytes: number
}

export type PushToken =
  | {readonly ok: true; readonly token: string}
  /** `mayAsk`: the person was never asked. `isFinal`: trying again would change nothing. */
  | {readonly ok: false; readonly why: string; readonly mayAsk: boolean; readonly isFinal: boolean}

export type PushSurroundings = {
  /**
   * This browser's registration token, asked for anew, and another one than `deadToken`, which reaches nobody any more.
   * Never asks the person. Does not throw.
   */
  readonly token: (config: PushPageConfig, deadToken: string | null) => Promise<PushToken>
  /** Calls `listener` with every push that this window is given, in the task in which it is. Before `token`, nothing comes. */
  readonly onPush: (listener: (push: HeardPush) => void) => () => void
  /** Calls `listener` when the person changed her mind about notifications. */
  readonly onPermission: (listener: () => void) => () => void
  /** The person has this answer before her: no notification of it is due any more. */
  readonly seen: (messageId: string) => void
  /** An answer ended in a tab that nobody looks at. */
  readonly showCompletion: (notice: CompletionNotice) => void
}

export type ClaudeSurroundings = Surroundings & {readonly push: PushSurroundings}
