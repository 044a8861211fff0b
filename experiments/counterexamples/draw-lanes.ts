/** Draws what lasts: the lanes and the states of their tabs, stale spans, faults, and waits that are folded. Rule CX6. */
import type {TabState} from '../history/history-event.ts'
import {inkOfTab} from './ink.ts'
import {AXIS_WIDTH, FOOT_HEIGHT, HEAD_HEIGHT, heightOf} from './layout.ts'
import type {Fold, Layout, Row} from './layout.ts'
import {SERVER} from './marks.ts'
import type {Lane, Picture} from './picture.ts'
import {sayWait} from './sayings.ts'
import {element} from './svg.ts'
import type {Svg} from './svg.ts'

const TOP = HEAD_HEIGHT - 6

export function faultBand(fault: Picture['faults'][number], {lanes}: Picture, layout: Layout): Svg {
  const isOfOne = lanes.some(({name}) => name === fault.owner)
  return element('rect', {
    class: 'fault',
    x: isOfOne ? layout.xOf(fault.owner) - 20 : AXIS_WIDTH,
    y: layout.yOf(fault.from),
    width: isOfOne ? layout.laneWidth - 6 : layout.width - AXIS_WIDTH,
    height: heightOf(fault, layout),
    rx: 6,
    fill: 'var(--warn-back)',
  })
}

export const brokenBand = ({y, above, below}: Row, {width}: Layout): Svg =>
  element('rect', {
    class: 'broken',
    x: 0,
    y: y - above - 1,
    width,
    height: above + below + 2,
    rx: 6,
    fill: 'var(--bad-back)',
  })

type Looks = Readonly<Record<string, string | number>>
const ASLEEP: Looks = {stroke: 'var(--ink-3)', 'stroke-width': 6, 'stroke-dasharray': '2 3'}

/** How a tab's line looks in a state; what has no page has no line. */
const LOOKS: Readonly<Record<TabState, Looks | null>> = {
  visible: {stroke: 'var(--text)', 'stroke-width': 2.5},
  hidden: {stroke: 'var(--soft)', 'stroke-width': 2, 'stroke-dasharray': '5 4'},
  throttled: {stroke: 'var(--soft)', 'stroke-width': 2, 'stroke-dasharray': '2 5'},
  frozen: ASLEEP,
  bfcache: ASLEEP,
  discarded: null,
  crashed: null,
  closed: null,
}
const SERVER_LOOKS: Looks = {stroke: 'var(--soft)', 'stroke-width': 1.5}

export function laneLine({name, states, stale}: Lane, layout: Layout): readonly Svg[] {
  const x = layout.xOf(name)
  const bottom = layout.height - FOOT_HEIGHT
  if (name === SERVER || states.length === 0)
    return [
      element('line', {
        class: SERVER,
        x1: x,
        y1: TOP,
        x2: x,
        y2: bottom,
        ...(name === SERVER ? SERVER_LOOKS : LOOKS.visible),
      }),
    ]
  const {first, last} = ends(layout)
  const bands = states.flatMap(({state, from, to}, index): Svg[] => {
    const looks = LOOKS[state]
    const y1 = index === 0 || from < first ? TOP : from > last ? bottom : layout.yOf(from)
    const y2 = to < first ? TOP : to >= last ? bottom : layout.yOf(to)
    const isSeen = looks !== null && y2 > y1
    return isSeen ? [element('line', {class: `state ${state}`, x1: x, y1, x2: x, y2, ...looks})] : []
  })
  return [...stale.flatMap((span) => staleSpan(span, x, layout)), ...bands]
}

function ends({rows}: Layout): {readonly first: number; readonly last: number} {
  return {first: rows[0]?.mark.at ?? 0, last: rows.at(-1)?.mark.at ?? 0}
}

function staleSpan({from, to, names}: Lane['stale'][number], x: number, layout: Layout): readonly Svg[] {
  const [y, height] = [layout.yOf(from), heightOf({from, to}, layout)]
  const text = `without ${names.join(', ')}`
  const span = element('rect', {
    class: 'stale',
    x: x - 18,
    y,
    width: 15,
    height,
    rx: 3,
    fill: 'var(--warn)',
    'fill-opacity': '.24',
  })
  if (height < text.length * 5.6 + 14) return [span]
  const turned = {
    transform: `translate(${Math.round(x - 10)} ${Math.round(y + 7)}) rotate(-90)`,
    'text-anchor': 'end',
  }
  const looks = {'dominant-baseline': 'central', 'font-size': '10.5', fill: 'var(--warn)'}
  return [span, element('text', {...turned, ...looks}, text)]
}

/** A wait that is drawn shorter than it was, and how long it was. */
export function foldMark({y, ms}: Fold): readonly Svg[] {
  const x = AXIS_WIDTH - 6
  const zigzag = `M${x} ${Math.round(y - 8)}l-5 4l5 4l-5 4l5 4`
  const looks = {
    'text-anchor': 'end',
    'dominant-baseline': 'central',
    'font-size': '10.5',
    'font-style': 'italic',
  }
  return [
    element('path', {class: 'fold', d: zigzag, fill: 'none', stroke: 'var(--soft)'}),
    element('text', {x: x - 10, y, ...looks, fill: 'var(--soft)'}, sayWait(ms)),
  ]
}

/** The name of a lane and, of a tab, its state and last message when the picture begins. */
export function laneHead(
  {name, endsAt, states}: Lane,
  picture: Picture,
  platform: string,
  layout: Layout,
): readonly Svg[] {
  const x = layout.xOf(name) - 14
  const opening = picture.marks[0]?.at ?? 0
  const state = states.findLast(({from}) => from <= opening)?.state ?? states[0]?.state ?? null
  const about = [state, endsAt === null ? null : `at ${endsAt}`].filter((each) => each !== null).join(', ')
  const isServer = name === SERVER
  const ink = isServer ? 'var(--soft)' : inkOfTab(name, picture)
  return [
    element(
      'text',
      {x, y: 16, 'font-weight': 700, 'font-size': 14, fill: ink},
      isServer ? SERVER : `tab ${name}`,
    ),
    element('text', {x, y: 33, 'font-size': '11.5', fill: 'var(--soft)'}, isServer ? platform : about),
  ]
}
