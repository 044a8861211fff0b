/** Shows progress: a live block on a terminal, plain lines elsewhere, JSON lines for machines, nothing when quiet. */
import {createLogUpdate} from 'log-update'
import type {Progress} from '../runner/run-options.ts'
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

function liveDisplay(out: NodeJS.WriteStream): ProgressDisplay {
  const draw = createLogUpdate(out)
  return {
    show(now) {
      if (now.last && (now.last.validity !== 'valid' || now.last.outcome === 'SURPRISE'))
        draw.persist(cellLine(now, now.last))
      draw(progressBlock(now, out.columns))
    },
    note: (text) => draw.persist(text),
    end() {
      draw.clear()
      draw.done()
    },
  }
}

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
