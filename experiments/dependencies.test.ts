/** The house rules that a machine can keep: who may import whom, how long a file may be, and which names say nothing. */
import {globSync, readFileSync} from 'node:fs'
import {basename, dirname, posix} from 'node:path'
import {fileURLToPath} from 'node:url'
import {expect, test} from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** From the most to the least special: a file belongs to the first that its path starts with. */
const AREAS = [
  'servers/protocol',
  'experiments/history',
  'experiments/checkers',
  'experiments/guarantees',
  'experiments/counterexamples',
  'experiments/hazards',
  'experiments/statistics',
  'experiments/report',
  'experiments/setup',
  'servers',
  'clients',
  'experiments',
] as const
type Area = (typeof AREAS)[number]

const JUDGING: readonly Area[] = [
  'experiments/history',
  'experiments/checkers',
  'experiments/guarantees',
  'experiments/counterexamples',
  'experiments/hazards',
  'experiments/statistics',
  'experiments/report',
]

/** What an area may import besides itself. Judging reads histories and scenarios; it reaches nothing that acts. */
const MAY_IMPORT: Record<Area, readonly Area[]> = {
  'servers/protocol': [],
  servers: ['servers/protocol'],
  clients: ['servers/protocol'],
  'experiments/history': ['servers/protocol', 'experiments'],
  'experiments/checkers': ['servers/protocol', 'experiments', ...JUDGING],
  'experiments/guarantees': ['servers/protocol', 'experiments', ...JUDGING],
  'experiments/counterexamples': ['servers/protocol', 'experiments', ...JUDGING],
  'experiments/hazards': ['servers/protocol', 'experiments', ...JUDGING],
  'experiments/statistics': ['servers/protocol', 'experiments', ...JUDGING],
  'experiments/report': ['servers/protocol', 'experiments', ...JUDGING],
  'experiments/setup': [],
  experiments: AREAS,
}

const JUDGING_NEVER_REACHES = /^experiments\/(?:browser|runner|cli|faults)\//
const MAX_LINES = 300

const files = globSync('{servers,clients,experiments}/**/*.{ts,tsx,js,css,html}', {
  cwd: root,
  exclude: (name) => name.endsWith('dist') || name.endsWith('node_modules'),
}).map((file) => file.replaceAll('\\', '/'))

const areaOf = (file: string): Area => AREAS.find((area) => file.startsWith(`${area}/`))!
const textOf = (file: string): string => readFileSync(`${root}/${file}`, 'utf8')

type Import = {readonly file: string; readonly names: string}

/** Static and dynamic imports, and re-exports; our own resolved to a path from the root. */
const imports: readonly Import[] = files
  .filter((file) => /\.[jt]sx?$/.test(file))
  .flatMap((file) =>
    [...textOf(file).matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\()'([^']+)'/g)].map(([, name = '']) => ({
      file,
      names: name.startsWith('.')
        ? posix.join(dirname(file), name)
        : name.replace(/^#protocol\//, 'servers/protocol/'),
    })),
  )
const ours = imports.filter(({names}) => AREAS.some((area) => names.startsWith(`${area}/`)))
const inWords = ({file, names}: Import): string => `${file} imports ${names}`

test('imports point one way: protocol, then servers and clients, then experiments', () => {
  const wrong = ours.filter(({file, names}) => {
    const [from, to] = [areaOf(file), areaOf(names)]
    // What tests of an experiment's part may stand on is not what the part may.
    if (file.startsWith('experiments/') && file.includes('.test.')) return false
    return from !== to && !MAY_IMPORT[from].includes(to)
  })
  expect(wrong.map(inWords)).toEqual([])
})

test('judging never reaches what acts', () => {
  const wrong = ours.filter(
    ({file, names}) => JUDGING.includes(areaOf(file)) && JUDGING_NEVER_REACHES.test(names),
  )
  expect(wrong.filter(({file}) => !file.includes('.test.')).map(inWords)).toEqual([])
})

test('outside text is decoded only at the two boundaries: valibot is imported nowhere else', () => {
  const wrong = imports.filter(
    ({file, names}) =>
      names === 'valibot' && !['servers/protocol', 'experiments/history'].includes(areaOf(file)),
  )
  expect(wrong.map(inWords)).toEqual([])
})

test('the set-up starts without node_modules: what it imports at once is its own or Node', () => {
  const setup = imports.filter(({file}) => areaOf(file) === 'experiments/setup' && file.endsWith('.js'))
  const later = new Set(['playwright'])
  const wrong = setup.filter(
    ({names}) => !names.startsWith('node:') && !names.startsWith('experiments/setup/') && !later.has(names),
  )
  expect(wrong.map(inWords)).toEqual([])
  expect(setup.some(({file}) => /import .* from 'playwright'/.test(textOf(file)))).toBe(false)
})

test(`no file is longer than ${MAX_LINES} lines`, () => {
  const long = files
    .map((file) => ({file, lines: textOf(file).split('\n').length - 1}))
    .filter(({lines}) => lines > MAX_LINES)
  expect(long).toEqual([])
})

test('no file has a name that says nothing, and none only hands on what others export', () => {
  const empty = /^(?:utils?|helpers?|types|index|common|misc|shared)\.[jt]sx?$/
  expect(files.filter((file) => empty.test(basename(file)))).toEqual([])
})
