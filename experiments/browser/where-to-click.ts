/** Where a person would click what matches: said by the page itself. Runs in the page, so it stands for itself alone. */
export type Point = {readonly x: number; readonly y: number}

type Box = {readonly left: number; readonly top: number; readonly width: number; readonly height: number}
type Found = {
  matches(selector: string): boolean
  scrollIntoView(how: {readonly block: 'center'}): void
  getBoundingClientRect(): Box
  contains(other: unknown): boolean
}
type PageDocument = {
  querySelectorAll(selector: string): Iterable<Found>
  elementFromPoint(x: number, y: number): unknown
}

/** The last that matches; null where there is none that a click would reach. */
export function whereToClick(selector: string): Point | null {
  const {document} = globalThis as unknown as {readonly document: PageDocument}
  const found = [...document.querySelectorAll(selector)].at(-1)
  if (found === undefined || found.matches(':disabled')) return null
  found.scrollIntoView({block: 'center'})
  const {left, top, width, height} = found.getBoundingClientRect()
  const point = {x: left + width / 2, y: top + height / 2}
  return found.contains(document.elementFromPoint(point.x, point.y)) ? point : null
}
