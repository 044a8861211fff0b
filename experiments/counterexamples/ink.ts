/** Every tab has a colour, and so has what it wrote; what no tab wrote is grey. Indices into the report's `--ink-n`. */
import type {MessageFacts} from './facts.ts'
import {SERVER} from './picture.ts'
import type {Picture} from './picture.ts'

/** Those of the palette that differ most. */
const PALETTE = [2, 0, 5, 6, 3] as const
const GREY = 'var(--ink-7)'

export function inkOfTab(tab: string, {lanes}: Picture): string {
  const place = lanes.filter(({name}) => name !== SERVER).findIndex(({name}) => name === tab)
  return place === -1 ? GREY : `var(--ink-${PALETTE[place % PALETTE.length] ?? 7})`
}

export const inkOfMessage = ({act}: MessageFacts, picture: Picture): string =>
  act === null ? GREY : inkOfTab(act.tab, picture)
