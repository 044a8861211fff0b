/**
 * Plays smaller scripts of one cell in real tabs and sees whether they still show its sign. No two plays are quite alike:
 * what shows it is played again before it counts, and what could not be believed has another chance. Rules RP5, RP6.
 */
import {constants, copyFileSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {judge} from '../checkers/judge.ts'
import type {History} from '../history/history-event.ts'
import {readHistory} from '../history/history-reader.ts'
import {timesOf} from '../runner/begin-again.ts'
import {stepsOf, withScript, type PlannedCell} from '../runner/plan.ts'
import {playCellsOn} from '../runner/play-cells.ts'
import type {PlayingGround} from '../runner/playing-ground.ts'
import {predictionOf} from '../scenarios/registry.ts'
import type {Script} from './sense.ts'
import {keyOf} from './smaller.ts'
import {isSame, signsOf, type Sign} from './sign.ts'

export type TrialPlace = {
  readonly ground: PlayingGround
  /** For what is tried; what is in it may go when the trials are over. */
  readonly folder: string
  readonly width: number
  readonly signal: AbortSignal
}

type Seen = {readonly isShown: boolean; readonly isProved: boolean; readonly file: string}
/** By the cell's id; missing where the signal ended it. */
type SeenOf = ReadonlyMap<string, Seen>

export type Kept = {
  readonly files: readonly string[]
  /** How many of them show it. */
  readonly shown: number
}

const ATTEMPTS = 3
/** After the first. */
const CONFIRMATIONS = 2

export class Trials {
  readonly #cell: PlannedCell
  readonly #sign: Sign
  readonly #place: TrialPlace
  /** Of every cell the last history that showed it. */
  readonly #shownIn = new Map<string, string>()
  #waves = 0
  #confirmations = 1

  constructor(cell: PlannedCell, sign: Sign, place: TrialPlace) {
    this.#cell = cell
    this.#sign = sign
    this.#place = place
  }

  get whole(): Script {
    return {steps: stepsOf(this.#cell), schedule: this.#cell.schedule}
  }

  /** What has all that the cell has is the cell itself. */
  cellOf(script: Script): PlannedCell {
    return keyOf(script) === keyOf(this.whole)
      ? this.#cell
      : withScript(this.#cell, script.steps, script.schedule)
  }

  /**
   * Whether the cell as it is shows it in one of so many plays. What the whole does not show every time, the smaller ones
   * need not show so often, either.
   */
  async isShownWithin(plays: number): Promise<boolean> {
    for (let play = 1; play <= plays && !this.#place.signal.aborted; play += 1) {
      if ((await this.#seeProved(this.#cell))?.isShown !== true) continue
      this.#confirmations = play === 1 ? CONFIRMATIONS : 1
      return true
    }
    return false
  }

  /** In the order of the wave. Of several that show it only the first counts. */
  async shows(wave: readonly Script[]): Promise<readonly boolean[]> {
    const cells = wave.map((script) => this.cellOf(script))
    const first = await this.#play(cells)
    const doubtful = cells.filter(({id}) => first.get(id)?.isProved === false)
    const again: SeenOf = doubtful.length === 0 ? new Map() : await this.#play(doubtful)
    const shown = wave.map(() => false)
    for (const [index, cell] of cells.entries()) {
      const isShown = [first, again].some((seen) => seen.get(cell.id)?.isShown)
      if (!isShown || !(await this.#isShownAgain(cell))) continue
      shown[index] = true
      break
    }
    return shown
  }

  /** Plays it so many times, and puts the histories into `folder`; the last that was played before where the signal has ended it. */
  async keep(script: Script, times: number, folder: string): Promise<Kept> {
    const cell = this.cellOf(script)
    const before = this.#shownIn.get(cell.id)
    const kept: {readonly id: string; readonly file: string; readonly isShown: boolean}[] = []
    for (const {id} of timesOf(cell, times)) {
      const seen = await this.#seeProved({...cell, id})
      if (seen !== null) kept.push({id, ...seen})
    }
    if (kept.length === 0 && before !== undefined) kept.push({id: cell.id, file: before, isShown: true})
    const files = kept.map(({id, file}) => {
      const copy = join(folder, `${id}.jsonl`)
      copyFileSync(file, copy, constants.COPYFILE_EXCL)
      return copy
    })
    return {files, shown: kept.filter(({isShown}) => isShown).length}
  }

  async #isShownAgain(cell: PlannedCell): Promise<boolean> {
    for (let play = 1; play <= this.#confirmations; play += 1)
      if ((await this.#seeProved(cell))?.isShown !== true) return false
    return true
  }

  /** Alone, and again where it is not proved: a noisy machine spoils single plays. Null where the signal ended it. */
  async #seeProved(cell: PlannedCell): Promise<Seen | null> {
    let last: Seen | null = null
    for (let attempt = 1; attempt <= ATTEMPTS && last?.isProved !== true; attempt += 1) {
      const [seen] = (await this.#play([cell])).values()
      if (seen === undefined) return last
      last = seen
    }
    return last
  }

  /** Into a folder of its own, because a cell is tried more than once. */
  async #play(cells: readonly PlannedCell[]): Promise<SeenOf> {
    const {ground, folder: root, width: parallel, signal} = this.#place
    this.#waves += 1
    const folder = join(root, String(this.#waves))
    mkdirSync(folder)
    const played = await playCellsOn(ground, cells, {folder, parallel, signal})
    const seen = new Map(played.map(({cell, file}) => [cell.id, this.#seenIn(file)]))
    for (const [id, {isShown, file}] of seen) if (isShown) this.#shownIn.set(id, file)
    return seen
  }

  #seenIn(file: string): Seen {
    const read = readHistory(file)
    if (!read.ok) return {isShown: false, isProved: false, file}
    return {...see(read.history, this.#sign), file}
  }
}

/** A cell that is not proved, or that failed, shows nothing. */
function see(history: History, sign: Sign): Pick<Seen, 'isShown' | 'isProved'> {
  const judged = judge(history, predictionOf(history.header.cell))
  return {
    isShown: signsOf(judged).some((each) => isSame(each, sign)),
    isProved: judged.validity !== 'invalid',
  }
}
