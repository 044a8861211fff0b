/** What a run was, in the sentences that stand at the head of every output. */
import type {Manifest} from '../history/manifest.ts'
import {plural, sayBytes, sayMs} from './format.ts'
import {inPlatformOrder} from './reading-order.ts'
import type {Summary} from './summary.ts'

export function sayRun({manifest}: Summary): string {
  const {runId, suite, seed, commit, startedAt} = manifest
  const from = commit === null ? '' : `, commit ${commit}`
  return `Run ${runId}: suite ${suite}, seed ${seed}${from}, ${startedAt.slice(0, 16).replace('T', ' ')} UTC.`
}

/** The founding comparison saw staleness for 13 s and 15 s; anything shorter is no repetition of it. */
const FOUNDING_WINDOW_MS = 15_000

export function sayWindow({manifest}: Summary): string {
  const {windowMs, modelSpeed, suite} = manifest
  const model = `scripted model at speed ×${modelSpeed}`
  if (windowMs === 0) return `No cell of this run asks how stale a tab is; ${model}.`
  if (windowMs >= FOUNDING_WINDOW_MS)
    return `Window ${windowMs / 1_000} s as in the founding comparison; ${model}.`
  return `SHORT WINDOW: ${windowMs / 1_000} s (suite ${suite}), not the 15 s of the founding comparison; ${model}.`
}

export function sayCounts({counts, manifest: {repeated}}: Summary): string {
  const {valid, invalid, unknown, surprises, missing} = counts
  return [
    `${valid} valid`,
    `${invalid} invalid`,
    `${unknown} unknown`,
    plural(surprises, 'surprise'),
    ...(missing === 0 ? [] : [`${missing} not done`]),
    ...(repeated.length === 0 ? [] : [`${repeated.length} played again because unproved`]),
  ].join(', ')
}

/** Empty where no cell was judged. */
export function sayFixedCost({fixedCost}: Summary): string {
  const {byPlatform, ...whole} = fixedCost
  const costs =
    byPlatform === undefined
      ? [['', whole] as const]
      : inPlatformOrder(Object.keys(byPlatform)).map(
          (name) => [`on ${name} `, byPlatform[name] ?? whole] as const,
        )
  const said = costs.flatMap(([where, {alone, shared}]) =>
    [
      {spread: alone, how: 'alone'},
      {spread: shared, how: 'beside others'},
    ].flatMap(({spread, how}) =>
      spread?.p50.valueMs == null
        ? []
        : [`${where}p50 ${sayMs(spread.p50.valueMs)} ${how} (${plural(spread.count, 'cell')})`],
    ),
  )
  return said.length === 0 ? '' : `Fixed cost of a cell outside its own windows: ${said.join(', ')}.`
}

/** Those that the run's cells were played in. */
export const sayBrowsers = ({versions: {chromium, firefox}}: Pick<Manifest, 'versions'>): string =>
  [chromium === 'not used' ? null : chromium, firefox].filter(Boolean).join(' and ')

export function sayMachine(manifest: Manifest): string {
  const {machine, versions} = manifest
  const load = machine.loadAverage.map((each) => each.toFixed(2)).join(' ')
  return `${machine.cpuModel} × ${machine.cpus}, ${sayBytes(machine.memoryBytes)}, ${machine.platform}, load ${load}; ${sayBrowsers(manifest)}, Node ${versions.node}, Tabwitness ${versions.tabwitness}.`
}
