/** The findings for a person at a terminal: 110 columns at most, readable without colour. */
import Table from 'cli-table3'
import picocolors from 'picocolors'
import {PUSH_LEGS} from '../checkers/push-samples.ts'
import {sayCalibration} from './calibration.ts'
import {columnsFor} from './columns.ts'
import type {Column} from './columns.ts'
import {plural} from './format.ts'
import {WIDTH, guaranteeLines, hazardLines, wrap} from './terminal-lines.ts'
import {sayLeg, sayPushes, titleOf} from './push-table.ts'
import {sayCounts, sayFixedCost, sayRun, sayWindow} from './run-in-words.ts'
import {sectionsOf} from './sections.ts'
import type {Section} from './sections.ts'
import {toneOfRecovery} from './recovery-tone.ts'
import type {Row, Summary} from './summary.ts'
import {triggersInLines} from './triggers-table.ts'

const NO_BORDERS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
}

type Colors = ReturnType<typeof picocolors.createColors>

export function terminalTable(summary: Summary, options: {readonly color: boolean}): string {
  const colors = picocolors.createColors(options.color)
  const parts = [
    colors.bold(sayRun(summary)),
    paintWindow(sayWindow(summary), colors),
    '',
    colors.bold('calibration'),
    ...sayCalibration(summary.calibration).flatMap((sentence) =>
      wrap(sentence, WIDTH - 2).map((line) => `  ${line}`),
    ),
    ...sectionsOf(summary).flatMap((section) => ['', ...sayHead(section, colors), sayTable(section, colors)]),
    ...sayTriggers(summary, colors),
    ...sayPush(summary, colors),
    ...hazardLines(summary, colors),
    ...guaranteeLines(summary, colors),
    '',
    ...sayEnd(summary, colors),
  ]
  return `${parts.join('\n')}\n`
}

const paintWindow = (sentence: string, colors: Colors) =>
  sentence.startsWith('SHORT') ? colors.yellow(sentence) : sentence

function sayHead({title, platforms, shared}: Section, colors: Colors): string[] {
  const about = [platforms.join(', '), shared].filter(Boolean).join('; ')
  return wrap(`${title}  ${about}`, WIDTH).map((line, index) =>
    index === 0 ? line.replace(title, colors.bold(title)) : colors.dim(line),
  )
}

function sayTable({blocks}: Section, colors: Colors): string {
  const columns = columnsFor(
    blocks.flatMap(({rows}) => rows),
    'narrow',
  )
  const table = new Table({
    colWidths: widthsOf(columns),
    colAligns: columns.map(({align}) => align),
    chars: NO_BORDERS,
    style: {'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true},
    wordWrap: true,
  })
  table.push(columns.map(({title}) => colors.dim(title)))
  for (const {title, rows} of blocks) {
    if (title !== '') table.push([{content: colors.bold(title), colSpan: columns.length}])
    const indent = title === '' ? '' : '  '
    for (const row of rows)
      table.push(columns.map((column, index) => (index === 0 ? indent : '') + paint(column, row, colors)))
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}

function sayTriggers(summary: Summary, colors: Colors): string[] {
  const lines = triggersInLines(summary)
  if (lines.length === 0) return []
  const head = `${colors.bold('triggers')}  ${colors.dim('what a tab that does nothing is sent; median delay [95 %]')}`
  const wrapped = (line: string) =>
    wrap(line, WIDTH - 2).map((said, index) => (index === 0 ? said : `  ${said}`))
  return ['', head, ...lines.flatMap(wrapped)]
}

/** One block for each experiment; rows by conditions are in the report. */
function sayPush({pushes = []}: Summary, colors: Colors): string[] {
  if (pushes.length === 0) return []
  const blocks = pushes.flatMap((total) => [
    `${colors.bold(titleOf(total))}: ${sayPushes(total)}`,
    ...wrap(PUSH_LEGS.map((leg) => `${leg} ${sayLeg(total, leg)}`).join('; '), WIDTH - 2).map(
      (said) => `  ${said}`,
    ),
  ])
  return ['', `${colors.bold('push')}  ${colors.dim('median of each leg [95 %]')}`, ...blocks]
}

/** Columns share what is left of the width, the widest need first. */
function widthsOf(columns: readonly Column[]): number[] {
  const wanted = columns.reduce((sum, {width}) => sum + width, columns.length - 1)
  const spare = Math.min(0, WIDTH - wanted)
  const widest = Math.max(...columns.map(({width}) => width))
  return columns.map(({width}) => (width === widest ? width + spare : width))
}

function paint({name, say}: Column, row: Row, colors: Colors): string {
  const said = say(row)
  if (name === 'outcome') {
    if (row.outcome === 'SURPRISE') return colors.bold(colors.red(said))
    return row.outcome === 'as predicted' ? colors.green(said) : colors.yellow(said)
  }
  if (name === 'cells') return row.cells.valid === row.cells.all ? said : colors.yellow(said)
  if (name === 'shown' && row.expected > 0) {
    if (row.shownInMain === row.expected) return colors.green(said)
    return row.shownInMain === 0 ? colors.red(said) : colors.yellow(said)
  }
  const tone = name === 'lost' || name === 'exact' ? toneOfRecovery(name, row) : null
  return tone === null ? said : colors[tone](said)
}

function sayEnd(summary: Summary, colors: Colors): string[] {
  const {counts, unreadable} = summary
  const isSound = counts.invalid + counts.unknown + counts.surprises + counts.missing === 0
  const cost = sayFixedCost(summary)
  return [
    `${isSound ? colors.green('●') : colors.yellow('●')} cells: ${sayCounts(summary)}.`,
    ...(cost === '' ? [] : wrap(cost, WIDTH)),
    ...sayNotable(summary, colors),
    ...unreadable.map(
      ({cellId, why, line}) => `${colors.yellow('unreadable')} ${cellId}, line ${line}: ${why}`,
    ),
  ]
}

const MOST_NOTABLE = 8

/** Why cells were a surprise or cannot be believed; the report has them all. */
function sayNotable({notable}: Summary, colors: Colors): string[] {
  const lines = notable.slice(0, MOST_NOTABLE).flatMap(({cellId, kind, label, notes}) => {
    const [first = '', ...rest] = wrap(`${kind} ${cellId} ${label}: ${notes.join('; ')}`, WIDTH - 2)
    const head = first.replace(kind, kind === 'SURPRISE' ? colors.red(kind) : colors.yellow(kind))
    return [head, ...rest.map((line) => `  ${line}`)]
  })
  const more = notable.length - MOST_NOTABLE
  return more > 0 ? [...lines, `and ${plural(more, 'more cell')}: see the report.`] : lines
}
