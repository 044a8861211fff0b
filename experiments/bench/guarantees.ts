/**
 * What judging all guarantees costs for 10,000, 100,000 and 1,000,000 events, each in a process of its own: from events as
 * they are decoded, and from a file with reading and decoding. `npm run bench guarantees`.
 */
import {fork} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync, statSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {eventStream} from '../guarantees/event-stream.ts'
import {gatherOperations, guaranteesOfFile} from '../guarantees/guarantees-of.ts'
import type {GuaranteeVerdicts} from '../guarantees/guarantees-of.ts'
import {HistoryWriter} from '../history/history-writer.ts'

const SIZES = [10_000, 100_000, 1_000_000] as const
const LIMIT = {ms: 4_000, rssMb: 600} as const
/** Time by the event may grow so much from the second to the largest size: what is linear stays the same. */
const LINEAR_WITHIN = 1.5
const BATCH = 1_000

type Way = 'events' | 'file'
type Cost = Spent & {readonly rssMb: number; readonly fileMb: number; readonly said: string}

async function measure(): Promise<void> {
  console.log('all guarantees, one process a line, one core:')
  for (const each of ['events', 'file'] as const) {
    const costs: Cost[] = []
    for (const events of SIZES) {
      const cost = await costOf(each, events)
      costs.push(cost)
      const read = each === 'file' ? `, ${cost.fileMb.toFixed(1)} MB read and decoded` : ''
      console.log(
        `  ${each} ${events.toLocaleString('en')}: ${cost.cpuMs.toFixed(0)} ms of processor time (${cost.wallMs.toFixed(0)} ms on the clock), ` +
          `${((1_000 * cost.cpuMs) / events).toFixed(2)} µs an event, peak RSS ${cost.rssMb.toFixed(0)} MB${read}; ${cost.said}`,
      )
    }
    tellTargets(each, costs)
  }
}

function tellTargets(each: Way, costs: readonly Cost[]): void {
  const [, middle, largest] = costs
  if (middle === undefined || largest === undefined) return
  const growth = largest.cpuMs / middle.cpuMs / (SIZES[2] / SIZES[1])
  const word = (isMet: boolean) => (isMet ? 'met' : 'MISSED')
  console.log(
    `    10 times the events, ${(10 * growth).toFixed(1)} times the time: linear ${word(growth <= LINEAR_WITHIN)}`,
  )
  console.log(`    peak RSS at most ${LIMIT.rssMb} MB: ${word(largest.rssMb <= LIMIT.rssMb)}`)
  if (each === 'events')
    console.log(`    at most ${LIMIT.ms} ms of processor time: ${word(largest.cpuMs <= LIMIT.ms)}`)
}

async function costOf(each: Way, events: number): Promise<Cost> {
  const child = fork(fileURLToPath(import.meta.url), [each, String(events)])
  const told = await Promise.race([once(child, 'message'), once(child, 'exit')])
  if (child.exitCode === null) await once(child, 'exit')
  const [cost] = told as [Cost | number | null]
  if (cost === null || typeof cost === 'number')
    throw new Error(`judging ${events} events ended with ${cost}`)
  return cost
}

/** The clock stands while events are made up. */
function ofEvents(events: number): Cost {
  const gathering = gatherOperations()
  const {header, footer, stream} = eventStream(events)
  let spent = NOTHING
  for (let taken = 0; taken < events; taken += BATCH) {
    const batch = Array.from({length: Math.min(BATCH, events - taken)}, () => stream.next().value)
    const begun = spentSoFar()
    for (const event of batch) if (event !== undefined) gathering.take(event)
    spent = plusSince(spent, begun)
  }
  const begun = spentSoFar()
  const verdicts = gathering.judge({header, footer})
  return inAll(plusSince(spent, begun), 0, verdicts)
}

function ofFile(events: number): Cost {
  const folder = mkdtempSync(join(tmpdir(), 'tabwitness-bench-'))
  const file = join(folder, 'history.jsonl')
  try {
    const {header, footer, stream} = eventStream(events)
    const writer = new HistoryWriter(file, header)
    for (const {line: _, ...event} of stream) writer.append(event)
    writer.finish(footer)
    const begun = spentSoFar()
    const verdicts = guaranteesOfFile(file)
    return inAll(plusSince(NOTHING, begun), statSync(file).size / 1e6, verdicts)
  } finally {
    rmSync(folder, {recursive: true})
  }
}

type Spent = {readonly wallMs: number; readonly cpuMs: number}
const NOTHING: Spent = {wallMs: 0, cpuMs: 0}

/** Processor time counts all threads of the process, so the collection of garbage, too. */
function spentSoFar(): Spent {
  const {user, system} = process.cpuUsage()
  return {wallMs: performance.now(), cpuMs: (user + system) / 1_000}
}

function plusSince({wallMs, cpuMs}: Spent, begun: Spent): Spent {
  const now = spentSoFar()
  return {wallMs: wallMs + now.wallMs - begun.wallMs, cpuMs: cpuMs + now.cpuMs - begun.cpuMs}
}

function inAll(spent: Spent, fileMb: number, {verdict, weakest, tVisibility}: GuaranteeVerdicts): Cost {
  const said = `${verdict}${weakest === null ? '' : `, ${weakest} first`}, ${tVisibility?.pairs ?? 0} pairs of commit and tab`
  return {...spent, rssMb: process.resourceUsage().maxRSS / 1_024, fileMb, said}
}

const [way, size] = process.argv.slice(2)
if (way === 'events' || way === 'file')
  process.send?.(way === 'events' ? ofEvents(Number(size)) : ofFile(Number(size)))
else await measure()
