/** What a run says of the hazards of a stale tab, in a sentence or two for each platform. */
import type {HazardRow, HazardsInNumbers} from './hazards-in-numbers.ts'
import {sayCount} from './hazards-in-words.ts'
import {inPlatformOrder} from './reading-order.ts'

export type HazardHeadline = {readonly platform: string; readonly text: string}

export const hazardHeadlines = ({rows}: HazardsInNumbers): readonly HazardHeadline[] =>
  inPlatformOrder(rows.map(({platform}) => platform)).map((platform) => {
    const own = rows.filter((row) => row.platform === platform)
    return {platform, text: [sayDiseases(own), sayCures(own)].filter(Boolean).join(' ')}
  })

function sayDiseases(rows: readonly HazardRow[]): string {
  const played = rows.filter(({disease}) => disease !== null)
  const others = played.filter(({disease}) => disease?.shown.share !== 1)
  if (played.length === 0) return ''
  const rest = others.map(({hazard, disease}) => `${hazard} in ${sayCount(disease)}`)
  return `${played.length - others.length} of ${played.length} hazards showed in every cell that plays them${but(rest)}.`
}

function sayCures(rows: readonly HazardRow[]): string {
  const played = rows.filter(({cure}) => cure !== null)
  const others = played.filter(({cure}) => cure?.shown.count !== 0)
  if (played.length === 0) return ''
  const rest = others.map(
    ({hazard, cure, cureInWords}) => `${hazard} in ${sayCount(cure)} under ${cureInWords}`,
  )
  return `Under the cure named for it ${played.length - others.length} of ${played.length} never showed${but(rest)}.`
}

const but = (rest: readonly string[]): string => (rest.length === 0 ? '' : `; ${rest.join(', ')}`)
