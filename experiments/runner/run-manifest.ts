/** The manifest of a run: written when it starts, again when it ends, read when it is resumed. */
import {execFileSync} from 'node:child_process'
import {readFileSync, writeFileSync} from 'node:fs'
import {cpus, loadavg, platform as systemName, release, totalmem} from 'node:os'
import {fileURLToPath} from 'node:url'
import type {Manifest} from '../history/manifest.ts'
import type {RunFolder} from '../history/run-folder.ts'
import {earlierCalibration} from './earlier-calibration.ts'
import {ENGINES} from '../scenario/engine.ts'
import type {NotCarried, PlannedCell} from './plan.ts'
import type {RunOptions} from './run-options.ts'

const PROJECT = fileURLToPath(new URL('../../', import.meta.url))

/** 13 s and 15 s were observed in the founding comparison; a manifest without windows says 0. */
const longestWindowMs = (cells: readonly PlannedCell[]) =>
  Math.max(
    0,
    ...cells
      .filter(({spec}) => spec.experiment === 'cross-tab-staleness')
      .map(({spec}) => Number(spec.conditions['windowMs'])),
  )

const modelSpeedOf = (cells: readonly PlannedCell[]) =>
  Number(
    cells.find(({spec}) => spec.experiment === 'cross-tab-staleness')?.spec.conditions['modelSpeed'] ?? 1,
  )

type Started = {readonly runId: string; readonly startedAt: Date; readonly chromium: string}
type Planned = {readonly cells: readonly PlannedCell[]; readonly left: readonly NotCarried[]}

export function newManifest(
  options: RunOptions,
  {cells, left}: Planned,
  {runId, startedAt, chromium}: Started,
): Manifest {
  const {suite, seed, browsers, platforms, policies, states, deliveries, hazards} = options
  const {repetitions, windowMs, modelSpeed, schedule} = options
  const [first] = cpus()
  return {
    format: 1,
    runId,
    startedAt: startedAt.toISOString(),
    finishedAt: null,
    suite,
    seed,
    experiments: [...new Set(cells.map(({spec}) => spec.experiment))],
    choice: {
      browsers: [...browsers],
      platforms: platforms === null ? null : [...platforms],
      policies: policies === null ? null : [...policies],
      states: states === null ? null : [...states],
      deliveries: deliveries === null ? null : [...deliveries],
      hazards: hazards === null ? null : [...hazards],
      repetitions,
      windowMs,
      modelSpeed,
      ...(schedule !== null && {schedule: [...schedule]}),
    },
    windowMs: longestWindowMs(cells),
    modelSpeed: modelSpeedOf(cells),
    commit: commit(),
    versions: {node: process.versions.node, chromium, ...packageVersions()},
    machine: {
      cpus: cpus().length,
      cpuModel: first?.model ?? 'unknown',
      memoryBytes: totalmem(),
      platform: `${systemName()} ${release()}`,
      loadAverage: loadavg(),
    },
    order: cells.map(({id}) => id),
    repeated: [],
    earlierCalibration: earlierCalibration(options.resultsFolder, browsers),
    skipped: [...skippedBy(options, cells), ...skippedByBrowser(left)],
  }
}

/** Of the experiments that are run, what was chosen and does not exist. */
function skippedBy(
  {suite, platforms, policies}: RunOptions,
  cells: readonly PlannedCell[],
): Manifest['skipped'] {
  const run = [...new Set(cells.map(({experiment}) => experiment))]
  return run.flatMap((experiment) =>
    (experiment.skipped?.(suite) ?? [])
      .filter(({platform}) => platforms === null || platforms.includes(platform))
      .filter(({policy}) => policies === null || policies.includes(policy))
      .map((skipped) => ({experiment: experiment.name, ...skipped})),
  )
}

/** One line for each reason, not for each cell. */
function skippedByBrowser(left: readonly NotCarried[]): Manifest['skipped'] {
  const reasons = Map.groupBy(left, ({experiment, engine, why}) => `${experiment.name} ${engine} ${why}`)
  return [...reasons.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [
          {
            experiment: first.experiment.name,
            policy: [...new Set([first, ...others].map(({spec}) => spec.policy))].join(', '),
            conditions: {browser: first.engine},
            why: first.why,
          },
        ],
  )
}

export function writeManifest(folder: RunFolder, manifest: Manifest): void {
  writeFileSync(folder.manifest, `${JSON.stringify(manifest, null, 2)}\n`)
}

/** The options of the run that is resumed; where and with which browser is the caller's. */
export const resumedOptions = (
  options: RunOptions,
  {suite, seed, experiments, choice}: Manifest,
): RunOptions => ({
  ...options,
  ...choice,
  browsers: ENGINES.filter((engine) => (choice.browsers ?? ['chromium']).includes(engine)),
  platforms: choice.platforms ?? null,
  deliveries: choice.deliveries ?? null,
  hazards: choice.hazards ?? null,
  schedule: choice.schedule ?? null,
  suite: suite as RunOptions['suite'],
  seed,
  experiments,
})

function packageVersions(): {tabwitness: string; packages: Record<string, string>} {
  const {version, dependencies} = JSON.parse(readFileSync(`${PROJECT}package.json`, 'utf8')) as {
    version: string
    dependencies: Record<string, string>
  }
  return {tabwitness: version, packages: dependencies}
}

const git = (...args: string[]) =>
  execFileSync('git', args, {cwd: PROJECT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore']}).trim()

/** Null outside a git checkout; a tree with changes says so. */
function commit(): string | null {
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== ''
    return git('rev-parse', '--short=12', 'HEAD') + (changed ? ' with changes' : '')
  } catch {
    return null
  }
}
