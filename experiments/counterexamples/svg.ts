/** SVG elements as text. Numbers are rounded to a tenth of a pixel, texts are escaped. */
import {escape} from '../report/html.ts'

export type Svg = {readonly svg: string}
type Child = Svg | string | null | readonly Child[]
type Attributes = Readonly<Record<string, string | number>>

export function element(name: string, attributes: Attributes, ...children: readonly Child[]): Svg {
  const said = Object.entries(attributes).map(([key, value]) => ` ${key}="${escape(written(value))}"`)
  const inside = children.map(render).join('')
  return {svg: inside === '' ? `<${name}${said.join('')}/>` : `<${name}${said.join('')}>${inside}</${name}>`}
}

const written = (value: string | number): string =>
  typeof value === 'number' ? String(Math.round(value * 10) / 10) : value

function render(child: Child): string {
  if (child === null) return ''
  if (typeof child === 'string') return escape(child)
  return 'svg' in child ? child.svg : child.map(render).join('')
}
