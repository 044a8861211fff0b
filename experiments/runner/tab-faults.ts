/** Carries out `cdp-offline`: the browser's own emulation, tab by tab, believed when the page says it. Rule FA16. */
import type {BrowserTab} from '../browser/browser-tab.ts'
import {EVERYBODY} from '../history/fault.ts'
import type {CarryOut, TabFault} from './fault-stage.ts'

/** `tabs`: those of the cell that are open now, by name. */
export const tabFaults =
  (tabs: () => ReadonlyMap<string, BrowserTab>): CarryOut<TabFault> =>
  async (_fault, owner, tell) => {
    const aimedAt = [...tabs()].filter(([name]) => owner === EVERYBODY || owner === name)
    const turn = async (isOffline: boolean) => {
      await Promise.all(
        aimedAt.map(async ([name, tab]) => {
          if (tab.setOffline === undefined) throw new TypeError('this browser cannot be told to be offline')
          await tab.setOffline(isOffline)
          const says = (await tab.evaluate('navigator.onLine')) === true ? 'page-online' : 'page-offline'
          tell(says, name)
        }),
      )
    }
    await turn(true)
    return async () => turn(false)
  }
