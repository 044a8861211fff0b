/**
 * Which acts can happen where: the model of an exploration. It knows of each tab whether it is frozen, has a network, and
 * whether its line is held, and nothing of conversations: what a page refuses its person is for the page. Pure. Rule RP11.
 */
import {PERSON_ACTS, type Act} from './act.ts'

export type TabsNow = {
  readonly tabs: readonly string[]
  readonly frozen: Set<string>
  readonly offline: Set<string>
  readonly held: Set<string>
}

export const tabsAtFirst = (tabs: readonly string[]): TabsNow => ({
  tabs,
  frozen: new Set(),
  offline: new Set(),
  held: new Set(),
})

const isPersons = (act: Act['do']): boolean => PERSON_ACTS.some((each) => each === act)

export function isPossible(act: Act, {frozen, offline, held}: TabsNow): boolean {
  if (!('tab' in act)) return true
  const {tab} = act
  // Nobody can do anything in a frozen tab: who looks at it has thawed it.
  if (isPersons(act.do) || act.do === 'reload' || act.do === 'freeze') return !frozen.has(tab)
  switch (act.do) {
    case 'thaw':
      return frozen.has(tab)
    case 'online':
      return offline.has(tab)
    case 'offline':
    case 'hold':
      return !offline.has(tab) && !held.has(tab)
    default:
      return held.has(tab)
  }
}

/** What becomes of the tabs by it. */
export function happen(act: Act, {frozen, offline, held}: TabsNow): void {
  switch (act.do) {
    case 'freeze':
      return void frozen.add(act.tab)
    case 'thaw':
      return void frozen.delete(act.tab)
    case 'offline':
      return void offline.add(act.tab)
    case 'online':
      return void offline.delete(act.tab)
    case 'hold':
      return void held.add(act.tab)
    case 'release':
      return void held.delete(act.tab)
    default:
      return
  }
}
