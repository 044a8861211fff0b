/** Shows progress: a live block on a terminal, plain lines elsewhere, JSON lines for machines, nothing when quiet. */
import {createLogUpdate} from 'log-update'
import type {FinishedCell, Progress} from '../runner/run-options.ts'
import {cellLine, phaseLine, progressBlock} from './progress-words.ts'

export type ProgressDisplay = {
  show(now: Progress): void
  /** A line of its own that stays. */
  note(text: string): void
  end(): void
}

export type DisplayKind = 'live' | 'lines' | 'json' | 'quiet'

export function progressDisplay(kind: DisplayKind, out: NodeJS.WriteStream): ProgressDisplay {
  switch (kind) {
    case 'live':
      return liveDisplay(out)
    case 'lines':
      return linesDisplay(out)
    case 'json':
      return {show: (now) => writeJson(out, {type: 'progress', ...now}), note: () => {}, end: () => {}}
    case 'quiet':
      return {show: () => {}, note: () => {}, end: () => {}}
  }
}

export const writeJson = (out: NodeJS.WriteStream, value: unknown): void =>
  void out.write(`${JSON.stringify(value)}\n`)

const REDRAW_MS = 1_000

function liveDisplay(out: NodeJS.WriteStream): ProgressDisplay {
  const draw = createLogUpdate(out)
  let latest: {now: Progress; atMs: number} | null = null

  // Cells watch for seconds on end: the time left runs down between them.
  const redraw = () => {
    if (latest === null) return
    const {now, atMs} = latest
    const timeLeftMs =
      now.timeLeftMs === null ? null : Math.max(0, now.timeLeftMs - (performance.now() - atMs))
    draw(progressBlock({...now, timeLeftMs}, out.columns))
  }
  const timer = setInterval(redraw, REDRAW_MS).unref()

  return {
    show(now) {
      if (now.last && isNotable(now.last)) draw.persist(cellLine(now, now.last))
      latest = {now, atMs: performance.now()}
      redraw()
    },
    note: (text) => draw.persist(text),
    end() {
      clearInterval(timer)
      draw.clear()
      draw.done()
    },
  }
}

const isNotable = ({validity, outcome}: FinishedCell) => validity !== 'valid' || outcome === 'SURPRISE'

function linesDisplay(out: NodeJS.WriteStream): ProgressDisplay {
  let phase: Progress['phase'] | null = null
  return {
    show(now) {
      if (now.last) out.write(`${cellLine(now, now.last)}\n`)
      if (now.phase !== phase && now.phase !== 'done') out.write(`${phaseLine(now)}\n`)
      phase = now.phase
    },
    note: (text) => void out.write(`${text}\n`),
    end: () => {},
  }
}
