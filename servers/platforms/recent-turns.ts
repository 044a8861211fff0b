/** The turns that run, and those that ended a while ago, so that they are found again. Knows no platform and no HTTP. */
import type {TurnBuffer} from '../stream/turn-buffer.ts'
import {runTurn, type RunningTurn, type TurnParts} from './running-turn.ts'

/** Invented; the real limits count messages over hours. */
const MAX_RUNNING_PER_PERSON = 32
/** When a person who has too many should come back, in seconds. */
export const CLEARS_IN_S = 5

type Recent = {readonly running: RunningTurn; endedAtMs: number | null}

export class RecentTurns {
  readonly #keepForMs: number
  readonly #wallMs: () => number
  readonly #recent = new Map<string, Recent>()

  /** A turn that ended can be found for `keepForMs` more. */
  constructor(keepForMs: number, wallMs: () => number) {
    this.#keepForMs = keepForMs
    this.#wallMs = wallMs
  }

  /** Whether the person may not begin another one now. */
  isFull(userId: string): boolean {
    return this.#running().filter((turn) => turn.userId === userId).length >= MAX_RUNNING_PER_PERSON
  }

  begin(parts: Omit<TurnParts, 'onEnd'>): RunningTurn {
    this.#forgetOld()
    const onEnd = () => void (recent.endedAtMs = this.#wallMs())
    const running = runTurn({...parts, onEnd})
    const recent: Recent = {running, endedAtMs: null}
    this.#recent.set(parts.turnId, recent)
    return running
  }

  buffer(turnId: string): TurnBuffer | undefined {
    this.#forgetOld()
    return this.#recent.get(turnId)?.running.buffer
  }

  runningIn(conversationId: string): readonly RunningTurn[] {
    return this.#running().filter(({turn}) => turn.conversationId === conversationId)
  }

  /** Stops what runs in the conversation; nothing when nothing does. */
  stop(conversationId: string): void {
    for (const running of this.runningIn(conversationId)) running.stop()
  }

  abandonUser(userId: string): void {
    for (const [id, {running}] of this.#recent) {
      if (running.userId !== userId) continue
      running.abandon()
      this.#recent.delete(id)
    }
  }

  close(): void {
    for (const {running} of this.#recent.values()) running.abandon()
    this.#recent.clear()
  }

  #running(): readonly RunningTurn[] {
    return [...this.#recent.values()].flatMap(({running, endedAtMs}) => (endedAtMs === null ? [running] : []))
  }

  #forgetOld(): void {
    const oldestMs = this.#wallMs() - this.#keepForMs
    for (const [id, {endedAtMs}] of this.#recent) {
      if (endedAtMs !== null && endedAtMs < oldestMs) this.#recent.delete(id)
    }
  }
}
