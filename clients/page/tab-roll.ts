/**
 * No two living tabs of a person have one name: a duplicated tab has the address of the first, and the server's book would
 * take them for one. Whoever comes asks the others and takes the next free name. Rules PG4–PG6.
 */
import {readRollFrame, type RollFrame} from '#protocol/roll-frame.ts'

export type TabRoll = {
  /** The name, once those who were there have had the time to answer; told to others from then on. */
  settle(): string
  /** For as long as the page is put away: a page that listens is not kept for going back. */
  pause(): void
  resume(): void
}

export type RollParts = {
  readonly name: string
  /** Of this page alone: of two that come together the lower one has the name. */
  readonly claim: string
  readonly openChannel: () => RollChannel
  /** Somebody who has this name answered late: the page is to begin anew under the free one. */
  readonly onDoubled: (freeName: string) => void
}

type RollChannel = Pick<BroadcastChannel, 'addEventListener' | 'postMessage' | 'close'>

const LONGEST_NAME = 32

export function openRoll({name, claim, openChannel, onDoubled}: RollParts): TabRoll {
  const taken = new Set<string>()
  let settled: string | null = null
  let channel = open()

  function open(): RollChannel {
    const opened = openChannel()
    const say = (frame: RollFrame) => opened.postMessage(JSON.stringify(frame))
    opened.addEventListener('message', ({data}: MessageEvent<unknown>) => {
      const frame = typeof data === 'string' ? readRollFrame(data) : null
      if (frame?.type === 'here') hear(frame.tab)
      if (frame?.type === 'who') answer(frame, say)
    })
    say({type: 'who', tab: settled ?? name, claim})
    return opened
  }

  function hear(tab: string): void {
    taken.add(tab)
    if (settled === tab) onDoubled(freeName(name, taken))
  }

  function answer(asked: Extract<RollFrame, {type: 'who'}>, say: (frame: RollFrame) => void): void {
    if (settled !== null) return say({type: 'here', tab: settled})
    // Two that come together have not settled yet: each hears the other's claim.
    if (asked.tab !== name) return
    if (asked.claim < claim) taken.add(name)
    else say({type: 'here', tab: name})
  }

  return {
    settle: () => (settled ??= freeName(name, taken)),
    pause: () => channel.close(),
    resume: () => void (channel = open()),
  }
}

/** `A`, else `A-2`, `A-3` … */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name
  const [, stem = name] = /^(.+?)(?:-\d+)?$/.exec(name) ?? []
  for (let count = 2; ; count += 1) {
    const suffix = `-${count}`
    const next = stem.slice(0, LONGEST_NAME - suffix.length) + suffix
    if (!taken.has(next)) return next
  }
}
