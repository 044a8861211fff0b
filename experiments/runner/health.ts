/** The runner's and the machine's health during a cell, so that a cell measured on a choking machine says so. Rule P3. */
import {monitorEventLoopDelay} from 'node:perf_hooks'
import {readFileSync} from 'node:fs'

export type Health = {
  readonly eventLoopDelayP99Ms: number
  readonly eventLoopDelayMaxMs: number
  readonly stealPercent: number | null
}

const RESOLUTION_MS = 10

/** Begins to watch; the returned function ends it and says what was seen. */
export function watchHealth(): () => Health {
  const delay = monitorEventLoopDelay({resolution: RESOLUTION_MS})
  delay.enable()
  const before = cpuTicks()
  return () => {
    delay.disable()
    return {
      eventLoopDelayP99Ms: beyond(delay.percentile(99)),
      eventLoopDelayMaxMs: beyond(delay.max),
      stealPercent: stealPercent(before, cpuTicks()),
    }
  }
}

/** The monitor measures the whole interval between its own ticks; the delay is what exceeds the resolution. */
const beyond = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)

type CpuTicks = {readonly all: number; readonly steal: number} | null

export function stealPercent(before: CpuTicks, after: CpuTicks): number | null {
  if (before === null || after === null || after.all <= before.all) return null
  return ((after.steal - before.steal) / (after.all - before.all)) * 100
}

/** The first line of /proc/stat: user nice system idle iowait irq softirq steal … Linux only. */
function cpuTicks(): CpuTicks {
  try {
    const [line = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1)
    const ticks = line.split(/\s+/).slice(1, 9).map(Number)
    return {all: ticks.reduce((sum, tick) => sum + tick, 0), steal: ticks[7] ?? 0}
  } catch {
    return null
  }
}
