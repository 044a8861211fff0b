/**
 * Plays a cell's fault schedule: the network's faults on the board, all others by whoever can carry them out. Faults of
 * one kind begin and heal one after another, however long each takes. What could not be carried out is told at the end
 * and stops nothing. Rules FA14, FA16–FA20.
 */
import {monotonicNowMs} from '../browser/clock.ts'
import type {FaultBoard} from '../faults/fault-board.ts'
import {beginOn, playSchedule, type SchedulePlayer} from '../faults/schedule-player.ts'
import {
  isNetworkFault,
  isPushFault,
  isServerFault,
  type Fault,
  type FaultSchedule,
  type NetworkFault,
  type PushFault,
  type ScheduledFault,
  type ServerFault,
} from '../history/fault.ts'
import type {FaultEvent} from '../history/fault-event.ts'

/** What the other end was seen to do, in a word, and whose end that was. */
export type Tell = (what: string, whom?: string | null) => void

/** Resolves when the fault stands, with what heals it; with null where it is over by itself. */
export type CarryOut<F extends Fault> = (fault: F, owner: string, tell: Tell) => Promise<Heal | null>
export type Heal = () => Promise<void>

export type TabFault = Exclude<Fault, NetworkFault | ServerFault | PushFault>

export type Carriers = {
  readonly server: CarryOut<ServerFault>
  readonly push: CarryOut<PushFault>
  readonly tab: CarryOut<TabFault>
}

export type FaultStageParts = {
  readonly board: FaultBoard
  readonly schedule: FaultSchedule
  readonly carriers: Carriers
  readonly record: (event: FaultEvent) => void
}

export class FaultStage {
  readonly #parts: FaultStageParts
  readonly #queues = new Map<keyof Carriers, Promise<unknown>>()
  #player: SchedulePlayer | null = null
  #failure: Error | null = null

  constructor(parts: FaultStageParts) {
    this.#parts = parts
  }

  /** What could not be carried out, the first if there are several. */
  get failure(): Error | null {
    return this.#failure
  }

  /** What is due at 0 ms stands when this resolves. */
  async play(): Promise<void> {
    const {schedule, board} = this.#parts
    const onBoard = beginOn(board)
    if (this.#player !== null) throw new TypeError('a cell plays its faults once')
    this.#player = playSchedule({
      schedule,
      begin: (entry) => (isNetworkFault(entry.fault) ? onBoard(entry) : this.#begin(entry)),
    })
    await this.#settled()
  }

  /** Everything that stands heals. Resolves when it has, to whether it could. */
  async heal(): Promise<boolean> {
    this.#player?.healAll()
    await this.#settled()
    return this.#failure === null
  }

  /**
   * Resolves when all that was played has healed in its own time; at once where something waits to be healed, or nothing
   * was played. Rejects when the signal aborts.
   */
  async untilHealed(signal: AbortSignal): Promise<void> {
    const {schedule} = this.#parts
    if (this.#player === null || schedule.some(({healAtMs}) => healAtMs === null)) return
    const {promise: ended, reject} = Promise.withResolvers<never>()
    const end = () => reject(signal.reason as Error)
    signal.addEventListener('abort', end, {once: true})
    if (signal.aborted) end()
    await Promise.race([this.#player.over, ended]).finally(() => signal.removeEventListener('abort', end))
    await this.#settled()
  }

  /** Nothing begins and nothing heals any more. */
  async stop(): Promise<void> {
    this.#player?.stop()
    await this.#settled()
  }

  #begin({fault, owner, on}: ScheduledFault): () => void {
    const {board, record} = this.#parts
    const faultId = board.number()
    record({kind: 'fault-began', at: monotonicNowMs(), faultId, fault, target: {owner, on}})
    const tell: Tell = (what, whom = null) =>
      record({kind: 'fault-carried-out', at: monotonicNowMs(), faultId, what, whom})
    const healed = (why: 'healed' | 'spent') =>
      record({kind: 'fault-healed', at: monotonicNowMs(), faultId, why})

    const kind = kindOf(fault)
    const begun = this.#inTurn(kind, async () => {
      const heal = await this.#carryOut(fault, owner, tell)
      if (heal === null) healed('spent')
      return heal
    })
    return () =>
      void this.#inTurn(kind, async () => {
        const heal = await begun
        if (!heal) return
        await heal()
        healed('healed')
      })
  }

  #carryOut(fault: Fault, owner: string, tell: Tell): Promise<Heal | null> {
    const {carriers} = this.#parts
    if (isServerFault(fault)) return carriers.server(fault, owner, tell)
    if (isPushFault(fault)) return carriers.push(fault, owner, tell)
    if (isNetworkFault(fault)) throw new TypeError(`a ${fault.name} is the board's`)
    return carriers.tab(fault, owner, tell)
  }

  /** Resolves to undefined where it failed. */
  async #inTurn<T>(kind: keyof Carriers, work: () => Promise<T>): Promise<T | undefined> {
    const turn = (this.#queues.get(kind) ?? Promise.resolve()).then(work).catch((error: unknown) => {
      this.#failure ??= error instanceof Error ? error : new Error(String(error))
      return undefined
    })
    this.#queues.set(kind, turn)
    return turn
  }

  async #settled(): Promise<void> {
    await Promise.all(this.#queues.values())
  }
}

function kindOf(fault: Fault): keyof Carriers {
  if (isServerFault(fault)) return 'server'
  return isPushFault(fault) ? 'push' : 'tab'
}
