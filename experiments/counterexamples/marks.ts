/** The moments of a picture, each in its lane: one mark for a line of the history, whatever is said of it. Rule CX6. */
import type {Moment} from '../guarantees/operation.ts'
import type {History} from '../history/history-event.ts'
import {faultsOf, statesOf} from './bands.ts'
import type {FaultBand, StateBand, Stretch} from './bands.ts'
import {momentOf} from './facts.ts'

/** No tab has this name: tabs are named by a letter and a number. */
export const SERVER = 'server'
/** Says of a moment that the history ended. */
export const END = 'end'

/** `broken`: here the guarantee was. */
export type Mark = Moment & {readonly lane: string; readonly label: string; readonly broken: boolean}

/** One mark for a line of the history: what is said of it twice is joined. */
export class Marks {
  readonly #byKey = new Map<string, Mark>()
  readonly #brokenLine: number

  constructor(brokenAt: Moment) {
    this.#brokenLine = brokenAt.line
  }

  at(moment: Moment, lane: string, label: string): Mark {
    const key = keyOf(moment, lane)
    const known = this.#byKey.get(key)
    const broken = moment.line === this.#brokenLine
    const mark = {...momentOf(moment), lane, label: joinedLabels(known?.label, label), broken}
    this.#byKey.set(key, mark)
    return mark
  }

  /** A turn of a tab's state that another mark of the lane says already is not said again. */
  turn({from, state}: StateBand, lane: string): void {
    const isSaid = [...this.#byKey.values()].some(
      (mark) => mark.lane === lane && Math.abs(mark.at - from) < TURN_MS,
    )
    if (!isSaid) this.at({at: from, line: 0}, lane, `is ${state}`)
  }

  /** What the tabs turned into, and what stood against them, while all this happened. Returns the faults. */
  surround(whole: History, tabs: readonly string[], between: Stretch): readonly FaultBand[] {
    for (const tab of tabs)
      for (const band of statesOf(whole, tab).slice(1)) if (isIn(band.from, between)) this.turn(band, tab)
    const faults = faultsOf(whole).filter(({from, to}) => from <= between.to && to >= between.from)
    for (const fault of faults) {
      const lane = tabs.includes(fault.owner) ? fault.owner : SERVER
      this.at({at: fault.from, line: 0}, lane, `fault: ${fault.name}`)
      if (fault.to < whole.footer.at) this.at({at: fault.to, line: 0}, lane, `${fault.name} heals`)
    }
    return faults
  }

  now(mark: Mark): Mark {
    return this.#byKey.get(keyOf(mark, mark.lane)) ?? mark
  }

  between(): Stretch {
    const all = [...this.#byKey.values()].map(({at}) => at)
    return {from: Math.min(...all), to: Math.max(...all)}
  }

  ordered(): readonly Mark[] {
    return [...this.#byKey.values()].toSorted((a, b) => a.at - b.at || a.line - b.line)
  }
}

const TURN_MS = 60

const keyOf = ({at, line}: Moment, lane: string): string => `${lane} ${line === 0 ? at : line}`

/** `shows m3` and `shows m4` become `shows m3, m4`; what is said last replaces what says less. */
function joinedLabels(known: string | undefined, label: string): string {
  if (known === undefined || known === label) return label
  const [verb, ...rest] = label.split(' ')
  if (verb === 'shows' && known.startsWith('shows '))
    return known.includes(rest.join(' ')) ? known : `${known}, ${rest.join(' ')}`
  return label.startsWith('shows ') ? known : label
}

const isIn = (at: number, {from, to}: Stretch): boolean => at >= from && at <= to
