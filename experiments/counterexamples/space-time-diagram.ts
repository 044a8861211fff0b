/**
 * Draws a counter-example as a space–time diagram: a lane for each tab and for the server, time downwards, messages as arrows
 * from send to commit and from commit to where they are shown. An SVG by itself; its colours are the variables of the
 * report's page, which is what themes it. Rule CX6.
 */
import {GUARANTEES} from '../guarantees/guarantee.ts'
import type {History} from '../history/history-event.ts'
import {brokenBand, faultBand, foldMark, laneHead, laneLine} from './draw-lanes.ts'
import {arrow, moment, neverShown} from './draw-moments.ts'
import {factsOf} from './facts.ts'
import type {Facts} from './facts.ts'
import type {HazardExample} from './hazard-example.ts'
import {pictureOfHazard} from './hazard-picture.ts'
import {hazardInWords} from './hazard-words.ts'
import {inWords} from './in-words.ts'
import {layoutOf} from './layout.ts'
import {matterOf} from './matter.ts'
import type {CounterExample} from './minimise.ts'
import {pictureOf} from './picture.ts'
import type {Picture} from './picture.ts'
import {GUARANTEE_NAMES} from './sayings.ts'
import {element} from './svg.ts'

const WIDE_PX = 720

export type DiagramOptions = {
  /** What the picture has room for. With many tabs it is wider: lanes do not get narrower than what they say. */
  readonly widthPx?: number
}

/** The text of an `<svg>` element, to be put into the report's page as it is. */
export function spaceTimeDiagram(counterExample: CounterExample, options: DiagramOptions = {}): string {
  const {guarantee, whole} = counterExample
  const facts = factsOf(whole)
  const picture = pictureOf(counterExample, facts, matterOf(counterExample, facts))
  const name = `${GUARANTEE_NAMES[guarantee]} is broken (${GUARANTEES[guarantee]})`
  return drawn(picture, {name, words: inWords(counterExample), facts, whole}, options)
}

/** The same of a hazard. */
export function diagramOfHazard(example: HazardExample, options: DiagramOptions = {}): string {
  const {hazard, whole, violation} = example
  const facts = factsOf(whole)
  const name = `${hazard} (${violation.rule})`
  const words = hazardInWords(example)
  return drawn(pictureOfHazard(example, facts), {name, words, facts, whole}, options)
}

type About = {
  readonly name: string
  readonly words: readonly string[]
  readonly facts: Facts
  readonly whole: History
}

function drawn(
  picture: Picture,
  {name, words, facts, whole}: About,
  {widthPx = WIDE_PX}: DiagramOptions,
): string {
  const layout = layoutOf(picture, widthPx)
  const {width, height, rows, folds} = layout
  const title = `Space–time diagram: ${name}`
  const told = `${words.join(' ')} Time runs downwards; long waits are drawn shorter than they were.`
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'space-time',
      role: 'img',
      'aria-label': `${title}. ${told}`,
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      'font-family': 'system-ui, sans-serif',
      'font-size': '12.5',
    },
    element('title', {}, title),
    element('desc', {}, told),
    picture.faults.map((fault) => faultBand(fault, picture, layout)),
    rows.filter(({mark}) => mark.broken).map((row) => brokenBand(row, layout)),
    picture.lanes.flatMap((lane) => laneLine(lane, layout)),
    folds.flatMap((fold) => foldMark(fold)),
    picture.arrows.map((each) => arrow(each, picture, layout)),
    picture.never.map((each) => neverShown(each, layout)),
    rows.map((row) => moment(row, facts, picture, layout)),
    picture.lanes.flatMap((lane) => laneHead(lane, picture, whole.header.cell.platform, layout)),
  ).svg
}
