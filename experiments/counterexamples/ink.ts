/** Every tab has a colour, and so has what it wrote; what no tab wrote is grey. Indices into the report's `--ink-n`. */
import {SERVER} from './marks.ts'
import type {Arrow, Picture} from './picture.ts'

/** Those of the palette that differ most. */
const PALETTE = [2, 0, 5, 6, 3] as const
const GREY = 'var(--ink-7)'

export function inkOfTab(tab: string, {lanes}: Picture): string {
  const place = lanes.filter(({name}) => name !== SERVER).findIndex(({name}) => name === tab)
  return place === -1 ? GREY : `var(--ink-${PALETTE[place % PALETTE.length] ?? 7})`
}

/** Of who wrote the message or, of what is about none, of the tab where it began. */
export const inkOfArrow = ({message, from}: Arrow, picture: Picture): string =>
  message === null ? inkOfTab(from.lane, picture) : inkOfTab(message.act?.tab ?? '', picture)
