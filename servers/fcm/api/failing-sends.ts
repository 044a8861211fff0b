/** A fault of the run: the next sends are answered with one of Google's errors. Rule FB57. */
import type {FcmControl} from '../running-fcm.ts'

type Code = Parameters<FcmControl['failSends']>[0]

export type FailingSends = {
  set(code: Code, count: number): void
  /** What this send is to be answered with; null lets it through. */
  next(): Code
}

export function createFailingSends(): FailingSends {
  let failing: {code: Code; left: number} = {code: null, left: 0}
  return {
    set(code, count) {
      failing = {code, left: code === null ? 0 : count}
    },
    next() {
      if (failing.left <= 0) return null
      failing = {...failing, left: failing.left - 1}
      return failing.code
    },
  }
}
