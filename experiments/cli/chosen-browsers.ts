/** `--browser`: which engines a run uses, and whether they are there. A Firefox is used where it is asked for. */
import {ENGINES, type Engine} from '../scenario/engine.ts'
import {findFirefox} from '../setup/find-firefox.js'
import {UsageError} from '../usage-error.ts'
import {someOf} from './accepted.ts'

/** Every engine that is there. */
const ALL = 'all'
const HOW = 'install one (on Debian: "apt-get install firefox-esr" as root), or set TABWITNESS_FIREFOX'

export type BrowserChoice = typeof ALL | readonly Engine[]

/** `all` among others is all. */
export function browserChoice(value: string): BrowserChoice {
  const names = someOf('--browser', value, [...ENGINES, ALL])
  return names.includes(ALL) ? ALL : ENGINES.filter((engine) => names.includes(engine))
}

export type ChosenBrowsers = {readonly browsers: readonly Engine[]; readonly firefoxPath: string | null}

/** `isResumed`: the run itself knows its browsers, so that whatever is there is offered. */
export function chosenBrowsers(
  choice: BrowserChoice,
  isResumed: boolean,
  complain: (sentence: string) => void,
  find: () => string | null = findFirefox,
): ChosenBrowsers {
  if (!isResumed && choice !== ALL && !choice.includes('firefox')) {
    return {browsers: choice, firefoxPath: null}
  }
  const firefoxPath = find()
  if (isResumed) return {browsers: ['chromium'], firefoxPath}
  if (choice !== ALL) {
    if (firefoxPath === null) {
      throw new UsageError(`--browser "firefox" cannot be used because none is installed; ${HOW}.`)
    }
    return {browsers: choice, firefoxPath}
  }
  if (firefoxPath === null) complain(`Firefox is skipped because none is installed; ${HOW}.`)
  return {browsers: firefoxPath === null ? ['chromium'] : ENGINES, firefoxPath}
}
