/** Counts the cells of a run and tells how it is going. The time left is the mean pace so far. */
import {monotonicNowMs} from '../browser/clock.ts'
import type {PlannedCell} from './plan.ts'
import type {FinishedCell, Progress} from './run-options.ts'

export class ProgressCount {
  readonly #total: number
  readonly #tell: (now: Progress) => void
  readonly #counts = {valid: 0, invalid: 0, unknown: 0, surprises: 0}
  #done = 0
  #phase: Progress['phase'] = 'starting'
  #current = ''
  #firstBeganAt: number | null = null
  #doneBefore = 0

  constructor(total: number, tell: (now: Progress) => void) {
    this.#total = total
    this.#tell = tell
  }

  say(phase: Progress['phase'], current: string): void {
    this.#phase = phase
    this.#current = current
    this.#tell(this.#now())
  }

  began({spec}: PlannedCell): void {
    if (this.#firstBeganAt === null) {
      this.#firstBeganAt = monotonicNowMs()
      this.#doneBefore = this.#done
    }
    const {state, place, fault} = spec.conditions
    this.say(
      'running',
      [spec.experiment, spec.platform, spec.policy, state, place, fault]
        .filter((word) => word !== undefined)
        .join(' '),
    )
  }

  ended(last: FinishedCell): void {
    this.#done += 1
    this.#counts[last.validity] += 1
    if (last.outcome === 'SURPRISE') this.#counts.surprises += 1
    this.#tell({...this.#now(), last})
  }

  #now(): Progress {
    return {
      phase: this.#phase,
      done: this.#done,
      total: this.#total,
      current: this.#current,
      timeLeftMs: this.#timeLeftMs(),
      counts: {...this.#counts},
    }
  }

  #timeLeftMs(): number | null {
    const doneHere = this.#done - this.#doneBefore
    if (this.#firstBeganAt === null || doneHere === 0) return null
    return ((monotonicNowMs() - this.#firstBeganAt) / doneHere) * (this.#total - this.#done)
  }
}
