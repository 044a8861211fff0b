/** Draws what happens: moments with their time and label, messages on their way, and those that did not arrive. Rule CX6. */
import type {Facts} from './facts.ts'
import {inkOfArrow, inkOfTab} from './ink.ts'
import {ASIDE, AXIS_WIDTH, LINE_HEIGHT} from './layout.ts'
import type {Layout, Row} from './layout.ts'
import {END, SERVER} from './marks.ts'
import type {Arrow, Picture} from './picture.ts'
import {sayMoment} from './sayings.ts'
import {element} from './svg.ts'
import type {Svg} from './svg.ts'

const HEAD_PX = 9

export function arrow(drawn: Arrow, picture: Picture, layout: Layout): Svg {
  const {from, to, kind, isLate} = drawn
  const [a, b] = [layout.rowOf(from), layout.rowOf(to)]
  const [x1, x2] = [layout.xOf(from.lane), layout.xOf(to.lane)]
  const ink = inkOfArrow(drawn, picture)
  const length = Math.hypot(x2 - x1, b.y - a.y) || 1
  const [dx, dy] = [(x2 - x1) / length, (b.y - a.y) / length]
  const gap = to.broken ? 10 : 6
  const tip = [x2 - dx * gap, b.y - dy * gap] as const
  const back = [tip[0] - dx * HEAD_PX, tip[1] - dy * HEAD_PX] as const
  const half = HEAD_PX / 2
  const corners = [
    tip,
    [back[0] - dy * half, back[1] + dx * half],
    [back[0] + dy * half, back[1] - dx * half],
  ] as const
  const points = corners.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  const ends = {x1: x1 + dx * 5, y1: a.y + dy * 5, x2: back[0], y2: back[1]}
  const dash = isLate ? {'stroke-dasharray': '6 4'} : {}
  return element(
    'g',
    {class: `message ${kind}`},
    element('line', {...ends, stroke: ink, 'stroke-width': '1.6', ...dash}),
    element('polygon', {points, fill: ink}),
  )
}

/** On its way to a lane that it never reached. */
export function neverShown({from, lane}: Picture['never'][number], layout: Layout): Svg {
  const [x1, x2] = [layout.xOf(from.lane), layout.xOf(lane)]
  const y = layout.rowOf(from).y
  const way = Math.sign(x2 - x1)
  const [endX, endY] = [Math.round(x2 - way * 30), Math.round(y + 20)]
  const ends = {x1: x1 + way * 5, y1: y + 2, x2: endX - way * 7, y2: endY - 3}
  const cross = `M${endX - 4} ${endY - 4}l8 8m0-8l-8 8`
  return element(
    'g',
    {class: 'never'},
    element('line', {...ends, stroke: 'var(--bad)', 'stroke-width': '1.4', 'stroke-dasharray': '2 3'}),
    element('path', {d: cross, stroke: 'var(--bad)', 'stroke-width': 2, fill: 'none'}),
  )
}

export function moment(row: Row, facts: Facts, picture: Picture, layout: Layout): Svg {
  const {mark, y} = row
  const x = layout.xOf(mark.lane)
  const isServer = mark.lane === SERVER
  const ink = mark.broken ? 'var(--bad)' : isServer ? 'var(--soft)' : inkOfTab(mark.lane, picture)
  const weight = mark.broken ? 700 : 400
  const time = {
    x: AXIS_WIDTH - 8,
    y,
    'text-anchor': 'end',
    'dominant-baseline': 'central',
    'font-size': '11.5',
  }
  const dot = {cx: x, cy: y, r: 4.5, fill: ink, stroke: 'var(--card)', 'stroke-width': 1.5}
  const ring = {cx: x, cy: y, r: 8, fill: 'none', stroke: 'var(--bad)', 'stroke-width': 2}
  return element(
    'g',
    {class: 'moment'},
    element(
      'text',
      {class: 'time', ...time, 'font-weight': weight, fill: mark.broken ? 'var(--bad)' : 'var(--soft)'},
      sayMoment(mark.at, facts),
    ),
    mark.broken ? element('circle', ring) : null,
    mark.label === END ? null : element('circle', dot),
    label(row, x),
  )
}

function label({mark, y, lines, side}: Row, x: number): Svg {
  const isAside = side === 'above' || side === 'below'
  const away = isAside ? 8 : mark.broken ? 14 : 10
  const left = side === 'left' ? x - away : x + away
  const top =
    side === 'above' ? y - ASIDE - (lines.length - 1) * LINE_HEIGHT : side === 'below' ? y + ASIDE : y
  // What runs below a text does not cross it.
  const halo = {
    stroke: mark.broken ? 'var(--bad-back)' : 'var(--card)',
    'stroke-width': 4,
    'stroke-linejoin': 'round',
    'paint-order': 'stroke',
  }
  return element(
    'text',
    {
      class: 'label',
      'text-anchor': side === 'left' ? 'end' : 'start',
      'dominant-baseline': 'central',
      'font-weight': mark.broken ? 700 : 400,
      fill: mark.broken ? 'var(--bad)' : 'var(--text)',
      ...halo,
    },
    lines.map((line, index) => element('tspan', {x: left, y: top + index * LINE_HEIGHT}, line)),
  )
}
