/**
 * What the address says: which conversation, whose page, the tab's name and how it fights staleness.
 * Pure; invented, harness only. A bad address yields one sentence for the person.
 */
import type {PageHabits} from '#protocol/page-habits.ts'
import type {Platform} from '#protocol/platform.ts'
import {
  isPolicyName,
  POLICIES,
  POLICIES_OF,
  REMEDIES_OF,
  type Policy,
  type PollPace,
  type Remedy,
} from '#protocol/policy.ts'
import {SEND_GUARDS, type SendGuard} from '#protocol/send-guard.ts'
import {readHabits} from './habits-in-address.ts'
import {PATHS} from './page-paths.ts'

export type PageSettings = {
  readonly conversationId: string | null
  /** Null: the person of the last visit, else the first that the server knows. */
  readonly userId: string | null
  readonly tab: string
  /** The address itself gives the tab its name, and a copy of the address gives the same one. */
  readonly isTabNamed: boolean
  readonly remedies: readonly Remedy[]
  readonly sendGuards: readonly SendGuard[]
  /** Absent where the address names none. */
  readonly habits?: PageHabits
  /** For the bar: `policy content`, `remedies poll, focus`, `policy observed, if-match`. */
  readonly policyInWords: string
  readonly pollPace: PollPace
}

export type PageAddress =
  | {readonly ok: true; readonly settings: PageSettings}
  | {readonly ok: false; readonly problem: string}

/** Where no policy says it: the observed polling at its fastest. */
const DEFAULT_POLL_INTERVAL_MS = 5_000
const MAX_POLL_INTERVAL_MS = 600_000
/** As the server takes it. */
const TAB_NAME = /^[\w-]{1,32}$/

export function readAddress(platform: Platform, url: URL, freshTab: string): PageAddress {
  const conversation = PATHS[platform].read(url.pathname)
  if (conversation === undefined)
    return refuse(`There is no page at "${url.pathname}"; there is one ${PATHS[platform].inWords}.`)

  const named = url.searchParams.get('tab')
  const tab = named ?? freshTab
  if (!TAB_NAME.test(tab))
    return refuse(`tab="${tab}" is no tab name; it takes 1 to 32 letters, digits, "_" or "-".`)

  const cure = readCure(platform, url.searchParams)
  if ('problem' in cure) return refuse(cure.problem)

  const asked = url.searchParams.get('pollIntervalMs')
  const pollPace = asked === null ? cure.pollPace : readPace(asked)
  if (pollPace === null)
    return refuse(
      `pollIntervalMs="${asked}" is no whole number from 1 to ${MAX_POLL_INTERVAL_MS}, nor "adaptive".`,
    )

  const guards = url.searchParams.get('guards')?.split(',').filter(Boolean) ?? []
  const stranger = guards.find((name) => !SEND_GUARDS.some((guard) => guard === name))
  if (stranger !== undefined)
    return refuse(`guards= names "${stranger}"; accepted are ${SEND_GUARDS.join(', ')}.`)
  const sendGuards = SEND_GUARDS.filter((guard) => guards.includes(guard))

  const said = readHabits(url.searchParams)
  if ('problem' in said) return refuse(said.problem)

  const userId = url.searchParams.get('as') || null
  const {remedies} = cure
  const policyInWords = [cure.policyInWords, ...sendGuards, ...said.inWords].join(', ')
  const about = {tab, isTabNamed: named !== null, remedies, sendGuards, policyInWords, pollPace}
  const {habits} = said
  return {ok: true, settings: {conversationId: conversation, userId, ...about, ...(habits && {habits})}}
}

function readPace(asked: string): PollPace | null {
  if (asked === 'adaptive') return asked
  const intervalMs = Number(asked)
  const isPace = Number.isInteger(intervalMs) && intervalMs >= 1 && intervalMs <= MAX_POLL_INTERVAL_MS
  return isPace ? intervalMs : null
}

type Cure = Pick<PageSettings, 'remedies' | 'policyInWords' | 'pollPace'>

function readCure(platform: Platform, query: URLSearchParams): Cure | {readonly problem: string} {
  const policy = query.get('policy')
  const remedies = query.get('remedies')
  if (policy !== null && remedies !== null)
    return {problem: 'The address names both policy= and remedies=; give one of them.'}
  if (remedies !== null) return readRemedies(platform, remedies)

  // In a query a bare + is a blank; people write policy=content+resume all the same.
  const name = policy?.replaceAll(' ', '+') ?? 'observed'
  const accepted = POLICIES_OF[platform]
  if (!isPolicyName(name) || !accepted.includes(name))
    return {problem: `policy="${name}" is unknown; accepted are ${accepted.join(', ')}.`}
  const {remedies: own, pollPace = DEFAULT_POLL_INTERVAL_MS}: Policy = POLICIES[name]
  return {remedies: own, policyInWords: `policy ${name}`, pollPace}
}

function readRemedies(platform: Platform, list: string): Cure | {readonly problem: string} {
  const accepted: readonly Remedy[] = REMEDIES_OF[platform]
  const names = list.split(',').filter(Boolean)
  const unknown = names.find((name) => !accepted.some((remedy) => remedy === name))
  if (unknown !== undefined)
    return {problem: `remedies="${list}" names "${unknown}"; accepted are ${accepted.join(', ')}.`}
  return {
    remedies: accepted.filter((remedy) => names.includes(remedy)),
    policyInWords: names.length === 0 ? 'no remedies' : `remedies ${names.join(', ')}`,
    pollPace: DEFAULT_POLL_INTERVAL_MS,
  }
}

const refuse = (problem: string): PageAddress => ({ok: false, problem})
