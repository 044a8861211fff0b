/**
 * Which window each tab of a cell stands in, before anything is opened. Pure. A visible tab has a window of its own,
 * as on a person's two screens; hidden ones stand behind the device's first visible tab, or behind a blank cover.
 * A visible tab that the scenario hides or closes later has a cover too, which comes to the front then.
 */
import type {TabState} from '../history/history-event.ts'
import type {Step} from '../scenario/step.ts'

export type OpenStep = Extract<Step, {do: 'open'}>

export type WindowPlan = {
  readonly device: string
  /** Null: a blank tab covers the tabs behind. */
  readonly front: OpenStep | null
  readonly behind: readonly OpenStep[]
  /** A blank tab stands ready to hide the front one. */
  readonly hasCover: boolean
}

export const isOpen = (step: Step): step is OpenStep => step.do === 'open'

/** In these states a tab is still the one in front of its window. */
const IN_FRONT: readonly TabState[] = ['visible', 'bfcache', 'crashed']

/** Another tab comes to the front, or the window is left without this one. */
const isCovering = (step: Step, tab: string): boolean =>
  (step.do === 'hold' && step.tab === tab && !IN_FRONT.includes(step.state)) ||
  (step.do === 'close' && step.tab === tab)

export function layout(steps: readonly Step[]): WindowPlan[] {
  const opens = steps.filter(isOpen)
  const devices = [...new Set(opens.map(({device}) => device))]
  const isCoveredLater = ({tab}: OpenStep) => steps.some((step) => isCovering(step, tab))
  return devices.flatMap((device): WindowPlan[] => {
    const here = opens.filter((open) => open.device === device)
    const [first, ...others] = here.filter(({state}) => state === 'visible')
    const behind = here.filter(({state}) => state !== 'visible')
    if (first === undefined) return [{device, front: null, behind, hasCover: true}]
    return [first, ...others].map((front) => ({
      device,
      front,
      behind: front === first ? behind : [],
      hasCover: isCoveredLater(front),
    }))
  })
}

/** Throttling within seconds needs a browser started for it; every other state must not have it. */
export const throttlesEarly = (states: readonly TabState[]): boolean => states.includes('throttled')
