/**
 * `npm run bench herd`: a thousand virtual tabs lose their sockets at one moment, or are drained, and come back, under three
 * ways to wait. Server, tabs and their network are processes of their own on one machine. Ends by itself after some two
 * minutes; `--json` prints one object, for reports.
 */
import {parseArgs} from 'node:util'
import {ARMS, type Arm} from '../virtual/herd-arm.ts'
import {ARRIVAL_BIN_MS, runHerd, type HerdOutcome} from '../virtual/herd.ts'

const UP_TO_MS = 60_000
const BAR_WIDTH = 50

const {values} = parseArgs({
  options: {
    tabs: {type: 'string', default: '1000'},
    'tabs-per-person': {type: 'string', default: '10'},
    processes: {type: 'string', default: '2'},
    'drain-ms': {type: 'string', default: '5000'},
    seed: {type: 'string', default: 'herd'},
    json: {type: 'boolean', default: false},
  },
})
const numbers = [
  ['tabs', 10_000],
  ['tabs-per-person', 16],
  ['processes', 8],
  ['drain-ms', 60_000],
] as const
for (const [name, most] of numbers) {
  if (/^[1-9]\d*$/.test(values[name]) && Number(values[name]) <= most) continue
  console.error(`--${name} takes a whole number from 1 to ${most}, not "${values[name]}"`)
  process.exit(64)
}
process.once('SIGINT', () => process.exit(130))

const outcomes = await runHerd(
  {
    tabs: Number(values.tabs),
    tabsPerPerson: Number(values['tabs-per-person']),
    processes: Number(values.processes),
    policy: 'content+resume',
    arms: Object.keys(ARMS) as Arm[],
    drainOverMs: Number(values['drain-ms']),
    upToMs: UP_TO_MS,
    seed: values.seed,
    haste: 1,
  },
  (outcome) => {
    if (!values.json) console.log(inWords(outcome))
  },
)
if (values.json) console.log(JSON.stringify({binMs: ARRIVAL_BIN_MS, arms: ARMS, outcomes}))
process.exitCode = outcomes.some(({lost, neverBack}) => lost + neverBack > 0) ? 1 : 0

function inWords(outcome: HerdOutcome): string {
  const {scattering, arm, tabs, arrivals, peakPerSecond, followsAgainMs, eventLoopDelayMs} = outcome
  const highest = Math.max(1, ...arrivals)
  const bars = arrivals.map((count, bin) => {
    const bar = '█'.repeat(Math.round((count / highest) * BAR_WIDTH))
    return `  ${((bin * ARRIVAL_BIN_MS) / 1_000).toFixed(2).padStart(6)} s ${String(count).padStart(5)} ${bar}`
  })
  const follows = followsAgainMs
    ? `all follow again: p50 ${inS(followsAgainMs.p50)}, p95 ${inS(followsAgainMs.p95)}, last ${inS(followsAgainMs.max)}`
    : 'none follows again'
  return [
    `\n${tabs} tabs ${scattering}; ${ARMS[arm].inWords}`,
    ...bars,
    `  peak ${peakPerSecond} arrivals in a second; ${follows}`,
    `  attempts a tab: ${outcome.attempts.mean.toFixed(2)} on average, ${outcome.attempts.max} at most; ` +
      `never back ${outcome.neverBack}, messages lost ${outcome.lost}`,
    `  the server's event loop was late by ${eventLoopDelayMs.p99.toFixed(1)} ms (p99), ` +
      `${eventLoopDelayMs.max.toFixed(1)} ms at most`,
  ].join('\n')
}

function inS(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`
}
