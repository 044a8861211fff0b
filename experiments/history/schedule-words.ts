/** A fault schedule as a person would tell it. */
import {EVERYBODY, type Fault, type FaultSchedule, type ScheduledFault} from './fault.ts'

export const scheduleInWords = (schedule: FaultSchedule): readonly string[] => schedule.map(entryInWords)

export function entryInWords({atMs, healAtMs, owner, on, fault}: ScheduledFault): string {
  const whose = owner === EVERYBODY ? 'everybody' : owner
  const part = on === 'everything' ? '' : `, ${on} only`
  return `${whenInWords(atMs, healAtMs)}, ${whose}${part}: ${faultInWords(fault)}`
}

function whenInWords(atMs: number, healAtMs: number | null): string {
  if (healAtMs === null) return `from ${atMs} ms to the end`
  return healAtMs === atMs ? `at ${atMs} ms, once` : `from ${atMs} to ${healAtMs} ms`
}

function faultInWords(fault: Fault): string {
  switch (fault.name) {
    case 'fin':
      return 'connections are closed (fin)'
    case 'rst':
      return 'connections are reset (rst)'
    case 'blackhole':
      return 'nothing gets through, and nobody is told (blackhole)'
    case 'half-open':
      return fault.lost === 'to-server'
        ? 'nothing reaches the server (half-open)'
        : 'nothing comes from the server (half-open)'
    case 'latency':
      return `${fault.ms} ms of latency each way`
    case 'jitter':
      return `up to ${fault.ms} ms of jitter`
    case 'bandwidth':
      return `a link of ${fault.bytesPerSecond} bytes a second`
    case 'cut-after-bytes': {
      const often = fault.times === 1 ? 'once' : `${fault.times} times`
      return `cut by ${fault.by} after ${fault.bytes} bytes ${fault.direction}, ${often} (cut-after-bytes)`
    }
    case 'cdp-offline':
      return 'the browser says it is offline (cdp-offline)'
    case 'kill':
      return 'the server is killed, and started again when it heals (kill)'
    case 'restart':
      return 'the server is ended and started again (restart)'
    case 'restart-lost-history':
      return "the server is killed and started again without the channel's history (restart-lost-history)"
    case 'drain':
      return `the server closes its sockets within ${fault.overMs} ms and lets nobody in (drain)`
    case 'overload':
      return `the server refuses, to be asked again after ${fault.retryAfterS} s (overload)`
    case 'slow':
      return `the server answers ${fault.ms} ms later (slow)`
    case 'push-delay':
      return `pushes are ${fault.ms} ms late`
    case 'push-drop':
      return 'pushes are dropped'
    case 'push-duplicate':
      return 'every push comes twice'
    case 'push-reorder':
      return `pushes change places within ${fault.withinMs} ms`
    case 'mcs-cut':
      return 'the push link of every browser is cut (mcs-cut)'
    case 'token-expired':
      return 'the push registrations are gone (token-expired)'
  }
}
