/**
 * Draws a counter-example as a space–time diagram: a lane for each tab and for the server, time downwards, messages as arrows
 * from send to commit and from commit to where they are shown. An SVG by itself; its colours are the variables of the
 * report's page, which is what themes it. Rule CX6.
 */
import type {TabState} from '../history/history-event.ts'
import {GUARANTEES} from '../guarantees/guarantee.ts'
import {html, raw} from '../report/html.ts'
import type {Html} from '../report/html.ts'
import {factsOf} from './facts.ts'
import type {Facts, MessageFacts} from './facts.ts'
import {inWords} from './in-words.ts'
import {AXIS_WIDTH, FOOT_HEIGHT, HEAD_HEIGHT, LINE_HEIGHT, heightOf, layoutOf} from './layout.ts'
import type {Layout, Row} from './layout.ts'
import {matterOf} from './matter.ts'
import type {CounterExample} from './minimise.ts'
import {SERVER, pictureOf} from './picture.ts'
import type {Arrow, Lane, Picture} from './picture.ts'
import {GUARANTEE_NAMES, sayMoment, sayWait} from './sayings.ts'

const WIDE_PX = 720

export type DiagramOptions = {
  /** What the picture has room for. With many tabs it is wider: lanes do not get narrower than what they say. */
  readonly widthPx?: number
}

/** The text of an `<svg>` element, to be put into the report's page as it is. */
export function spaceTimeDiagram(
  counterExample: CounterExample,
  {widthPx = WIDE_PX}: DiagramOptions = {},
): string {
  const facts = factsOf(counterExample.whole)
  const matter = matterOf(counterExample, facts)
  const picture = pictureOf(counterExample, facts, matter)
  const layout = layoutOf(picture, widthPx)
  const {width, height} = layout
  const inks = inksOf(picture)
  const name = `Space–time diagram: ${GUARANTEE_NAMES[counterExample.guarantee]} is broken (${GUARANTEES[counterExample.guarantee]})`
  return html`<svg
    xmlns="http://www.w3.org/2000/svg"
    class="space-time"
    role="img"
    aria-label="${name}"
    viewBox="0 0 ${width} ${height}"
    width="${width}"
    height="${height}"
    font-family="system-ui, sans-serif"
    font-size="12.5"
  >
    <title>${name}</title>
    <desc>
      ${inWords(counterExample).join(' ')} Time runs downwards; long waits are drawn shorter than they were.
    </desc>
    ${[
      ...picture.faults.map((fault) => faultBand(fault, picture, layout)),
      ...layout.rows.filter(({mark}) => mark.broken).map((row) => brokenBand(row, layout)),
      ...picture.lanes.map((lane) => laneOf(lane, layout)),
      ...layout.folds.map(({y, ms}) => fold(y, ms)),
      ...picture.arrows.map((arrow) => arrowOf(arrow, inks, layout)),
      ...picture.never.map(({from, lane}) => neverShown(from, lane, layout)),
      ...layout.rows.map((row) => rowOf(row, facts, inks, layout)),
      ...picture.lanes.map((lane) => headOf(lane, picture, inks, layout)),
    ]}
  </svg>`.html
}

type Inks = (tab: string | null) => string

/** Tabs have the colours of the report's palette that differ most; what no tab wrote is grey. */
const PALETTE = [2, 0, 5, 6, 3] as const

function inksOf({lanes}: Picture): Inks {
  const tabs = lanes.map(({name}) => name).filter((name) => name !== SERVER)
  return (tab) => {
    const place = tab === null ? -1 : tabs.indexOf(tab)
    return place === -1 ? 'var(--ink-7)' : `var(--ink-${PALETTE[place % PALETTE.length] ?? 7})`
  }
}

const inkOf = ({act}: MessageFacts, inks: Inks): string => inks(act?.tab ?? null)

const round = (value: number): string => String(Math.round(value * 10) / 10)

function faultBand(fault: Picture['faults'][number], {lanes}: Picture, layout: Layout): Html {
  const isOfOne = lanes.some(({name}) => name === fault.owner)
  const x = isOfOne ? layout.xOf(fault.owner) - 22 : AXIS_WIDTH
  const width = isOfOne ? layout.laneWidth - 4 : layout.width - AXIS_WIDTH
  const y = layout.yOf(fault.from)
  return html`<rect
    class="fault"
    x="${round(x)}"
    y="${round(y)}"
    width="${round(width)}"
    height="${round(heightOf(fault, layout))}"
    rx="6"
    fill="var(--warn-back)"
  />`
}

function brokenBand({y, lines}: Row, {width}: Layout): Html {
  const height = 24 + (lines.length - 1) * LINE_HEIGHT
  return html`<rect
    class="broken"
    x="0"
    y="${round(y - 12)}"
    width="${width}"
    height="${height}"
    rx="6"
    fill="var(--bad-back)"
  />`
}

/** How a tab's line looks in a state; what has no page has no line. */
const STROKES: Readonly<Record<TabState, string | null>> = {
  visible: 'stroke="var(--text)" stroke-width="2.5"',
  hidden: 'stroke="var(--soft)" stroke-width="2" stroke-dasharray="5 4"',
  throttled: 'stroke="var(--soft)" stroke-width="2" stroke-dasharray="2 5"',
  frozen: 'stroke="var(--ink-3)" stroke-width="6" stroke-dasharray="2 3"',
  bfcache: 'stroke="var(--ink-3)" stroke-width="6" stroke-dasharray="2 3"',
  discarded: null,
  crashed: null,
  closed: null,
}

function laneOf({name, states, stale}: Lane, layout: Layout): Html {
  const x = layout.xOf(name)
  const [top, bottom] = [HEAD_HEIGHT - 6, layout.height - FOOT_HEIGHT]
  const spans = stale.map(({from, to, names}) => {
    const [y, height] = [layout.yOf(from), heightOf({from, to}, layout)]
    const text = `without ${names.join(', ')}`
    const middle = `${round(x - 10)} ${round(y + height / 2)}`
    const isRoom = height > text.length * 6 + 8
    return html`<rect
        class="stale"
        x="${round(x - 17)}"
        y="${round(y)}"
        width="14"
        height="${round(height)}"
        rx="3"
        fill="var(--warn)"
        fill-opacity=".22"
      />${
        isRoom
          ? html`<text
              transform="translate(${middle}) rotate(-90)"
              text-anchor="middle"
              dominant-baseline="central"
              font-size="10.5"
              fill="var(--warn)"
              >${text}</text
            >`
          : null
      }`
  })
  const shown = states.length === 0 ? [{state: 'visible' as const, from: -Infinity, to: Infinity}] : states
  const bands = shown.map(({state, from, to}, index) => {
    const stroke = STROKES[state]
    const [y1, y2] = [
      index === 0 ? top : Math.max(top, edge(from, layout, top)),
      Math.min(bottom, edge(to, layout, bottom)),
    ]
    if (stroke === null || y2 <= y1) return null
    const looks = name === SERVER ? 'stroke="var(--soft)" stroke-width="1.5"' : stroke
    return html`<line
      class="state ${name === SERVER ? SERVER : state}"
      x1="${round(x)}"
      y1="${round(y1)}"
      x2="${round(x)}"
      y2="${round(y2)}"
      ${raw(looks)}
    />`
  })
  return html`${spans}${bands}`
}

/** Before the first moment is above it, after the last below. */
function edge(at: number, {rows, yOf}: Layout, bottom: number): number {
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined || at > last.mark.at)
    return bottom === HEAD_HEIGHT - 6 ? Infinity : bottom
  return at < first.mark.at ? HEAD_HEIGHT - 6 : yOf(at)
}

function fold(y: number, ms: number): Html {
  const x = AXIS_WIDTH - 4
  const zigzag = `M${x} ${round(y - 9)}l-5 4l5 4l-5 4l5 4`
  return html`<path class="fold" d="${zigzag}" fill="none" stroke="var(--soft)" /><text
      x="${x - 9}"
      y="${round(y)}"
      text-anchor="end"
      dominant-baseline="central"
      font-size="10.5"
      font-style="italic"
      fill="var(--soft)"
      >${sayWait(ms)}</text
    >`
}

function arrowOf({from, to, message, kind, isLate}: Arrow, inks: Inks, layout: Layout): Html {
  const [a, b] = [layout.rowOf(from), layout.rowOf(to)]
  const [x1, x2] = [layout.xOf(from.lane), layout.xOf(to.lane)]
  const ink = inkOf(message, inks)
  const length = Math.hypot(x2 - x1, b.y - a.y) || 1
  const [dx, dy] = [(x2 - x1) / length, (b.y - a.y) / length]
  const tip = {x: x2 - dx * 6, y: b.y - dy * 6}
  const back = {x: tip.x - dx * 9, y: tip.y - dy * 9}
  const head = `${round(tip.x)},${round(tip.y)} ${round(back.x - dy * 4.5)},${round(back.y + dx * 4.5)} ${round(back.x + dy * 4.5)},${round(back.y - dx * 4.5)}`
  const dash = isLate ? ' stroke-dasharray="6 4"' : ''
  return html`<g class="message ${kind}"
    ><line
      x1="${round(x1 + dx * 5)}"
      y1="${round(a.y + dy * 5)}"
      x2="${round(back.x)}"
      y2="${round(back.y)}"
      stroke="${ink}"
      stroke-width="1.6"
      ${raw(dash)} /><polygon points="${head}" fill="${ink}"
  /></g>`
}

/** On its way to a lane that it never reached. */
function neverShown(from: Row['mark'], lane: string, layout: Layout): Html {
  const [x1, x2] = [layout.xOf(from.lane), layout.xOf(lane)]
  const y = layout.rowOf(from).y
  const way = Math.sign(x2 - x1)
  const [endX, endY] = [x2 - way * 30, y + 18]
  const cross = `M${round(endX - 4)} ${endY - 4}l8 8m0-8l-8 8`
  return html`<g class="never"
    ><line
      x1="${round(x1 + way * 5)}"
      y1="${round(y + 1)}"
      x2="${round(endX - way * 7)}"
      y2="${round(endY - 2)}"
      stroke="var(--bad)"
      stroke-width="1.4"
      stroke-dasharray="2 3" /><path
      d="${cross.replaceAll(/\d+\.\d+/g, (value) => round(Number(value)))}"
      stroke="var(--bad)"
      stroke-width="2"
      fill="none"
  /></g>`
}

function rowOf({mark, y, lines}: Row, facts: Facts, inks: Inks, layout: Layout): Html {
  const x = layout.xOf(mark.lane)
  const ink = mark.broken ? 'var(--bad)' : mark.lane === SERVER ? 'var(--soft)' : inks(mark.lane)
  const weight = mark.broken ? '700' : '400'
  const halo = `stroke="${mark.broken ? 'var(--bad-back)' : 'var(--card)'}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"`
  const text = lines.map(
    (line, index) => html`<tspan x="${round(x + 11)}" y="${round(y + index * LINE_HEIGHT)}">${line}</tspan>`,
  )
  const ring = mark.broken
    ? html`<circle
        cx="${round(x)}"
        cy="${round(y)}"
        r="8"
        fill="none"
        stroke="var(--bad)"
        stroke-width="2"
      />`
    : null
  const dot =
    mark.label === 'end'
      ? null
      : html`<circle
          cx="${round(x)}"
          cy="${round(y)}"
          r="4.5"
          fill="${ink}"
          stroke="var(--card)"
          stroke-width="1.5"
        />`
  return html`<g class="moment"
    ><text
      class="time"
      x="${AXIS_WIDTH - 8}"
      y="${round(y)}"
      text-anchor="end"
      dominant-baseline="central"
      font-size="11.5"
      font-weight="${weight}"
      fill="${mark.broken ? 'var(--bad)' : 'var(--soft)'}"
      >${sayMoment(mark.at, facts)}</text
    >${ring}${dot}<text
      class="label"
      dominant-baseline="central"
      font-weight="${weight}"
      fill="${mark.broken ? 'var(--bad)' : 'var(--text)'}"
      ${raw(halo)}
      >${text}</text
    ></g
  >`
}

function headOf({name, endsAt, states}: Lane, {marks}: Picture, inks: Inks, layout: Layout): Html {
  const x = layout.xOf(name)
  const opening = marks[0]?.at ?? 0
  const state = states.findLast(({from}) => from <= opening)?.state ?? states[0]?.state ?? null
  const about = [state, endsAt === null ? null : `at ${endsAt}`].filter((each) => each !== null).join(', ')
  const isServer = name === SERVER
  return html`<g class="lane"
    ><text
      x="${round(x - 14)}"
      y="16"
      font-weight="700"
      font-size="14"
      fill="${isServer ? 'var(--soft)' : inks(name)}"
      >${isServer ? 'server' : `tab ${name}`}</text
    ><text x="${round(x - 14)}" y="33" font-size="11.5" fill="var(--soft)"
      >${isServer ? 'what it keeps' : about}</text
    ></g
  >`
}
