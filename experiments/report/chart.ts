/** Draws a Vega-Lite specification into SVG without a browser. Colours are CSS variables, so that the page themes them. */
import {Error as ErrorLevel, parse, View} from 'vega'
import {compile} from 'vega-lite'
import type {TopLevelSpec} from 'vega-lite'
import {escape, raw} from './html.ts'
import type {Html} from './html.ts'

const FONT = 'system-ui, sans-serif'

const config = {
  aria: false,
  background: 'transparent',
  font: FONT,
  view: {stroke: 'var(--line)'},
  axis: {
    labelColor: 'var(--soft)',
    titleColor: 'var(--soft)',
    gridColor: 'var(--line)',
    domainColor: 'var(--line)',
    tickColor: 'var(--line)',
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
  },
  text: {color: 'var(--text)', fontSize: 12},
} as const

/** `label` says what the figure shows, for those who do not see it. */
export async function draw(spec: TopLevelSpec, label: string): Promise<Html> {
  const {spec: vega} = compile({...spec, config})
  const view = new View(parse(vega), {renderer: 'none', logLevel: ErrorLevel})
  try {
    const svg = await view.toSVG()
    return raw(svg.replace('<svg ', `<svg role="img" aria-label="${escape(label)}" `))
  } finally {
    view.finalize()
  }
}
