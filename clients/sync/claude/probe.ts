/**
 * Remedy `probe` of a page without a socket: it checks its place in the log when it was away, when its clock jumped, and at
 * a steady pace while it is visible. Destroys nothing. Invented. Rules CC45–CC46.
 */
import type {Surroundings, WitnessStamp} from '../chat-session.ts'
import type {Quietly} from '../quietly.ts'
import {clockJumpMs, probeIntervalMs} from './defaults.ts'
import type {CheckOutcome} from './position-follower.ts'

type Because = Extract<WitnessStamp, {kind: 'probed'}>['because']

export type ProbeNeeds = {
  /** Null where there is nothing to check. */
  readonly check: () => Promise<CheckOutcome | null>
  readonly onChecked: () => void
  readonly quietly: Quietly
  readonly surroundings: Pick<
    Surroundings,
    'now' | 'stampNow' | 'setTimer' | 'pageState' | 'onWake' | 'witness'
  >
}

export function probePosition({check, onChecked, quietly, surroundings}: ProbeNeeds): () => void {
  const {now, stampNow, setTimer, pageState, witness} = surroundings
  let isChecking = false
  let dueAtMs = now() + probeIntervalMs
  let cancel = setTimer(tick, probeIntervalMs)

  /** What wakes a page often says so twice: one check answers for both. */
  async function probe(because: Because): Promise<void> {
    if (isChecking) return
    isChecking = true
    const at = stampNow()
    try {
      const outcome = await check()
      if (outcome === null) return
      witness({kind: 'probed', because, outcome, tookMs: stampNow() - at})
      onChecked()
    } finally {
      isChecking = false
    }
  }

  function tick(): void {
    const isLate = now() - dueAtMs > clockJumpMs
    dueAtMs = now() + probeIntervalMs
    cancel = setTimer(tick, probeIntervalMs)
    if (pageState().visible) void quietly(() => probe(isLate ? 'clock-jump' : 'silence'))
  }

  const stopListening = surroundings.onWake((because) => void quietly(() => probe(because)))
  return () => {
    cancel()
    stopListening()
  }
}
