/**
 * What the address says: which conversation, whose page, the tab's name and how it fights staleness.
 * Pure; invented, harness only. A bad address yields one sentence for the person.
 */
import type {Platform} from '#protocol/platform.ts'
import {isPolicyName, POLICIES, POLICIES_OF, REMEDIES_OF, type Remedy} from '#protocol/policy.ts'
import {PATHS} from './page-paths.ts'

export type PageSettings = {
  readonly conversationId: string | null
  /** Null: the person of the last visit, else the first that the server knows. */
  readonly userId: string | null
  readonly tab: string
  readonly remedies: readonly Remedy[]
  /** For the bar: `policy content` or `remedies poll, focus`. */
  readonly policyInWords: string
  readonly pollIntervalMs: number
}

export type PageAddress =
  | {readonly ok: true; readonly settings: PageSettings}
  | {readonly ok: false; readonly problem: string}

const DEFAULT_POLL_INTERVAL_MS = 5_000
const MAX_POLL_INTERVAL_MS = 600_000
const TAB_NAME = /^[\w.-]{1,64}$/

export function readAddress(platform: Platform, url: URL, freshTab: string): PageAddress {
  const conversation = PATHS[platform].read(url.pathname)
  if (conversation === undefined)
    return refuse(`There is no page at "${url.pathname}"; there is one ${PATHS[platform].inWords}.`)

  const tab = url.searchParams.get('tab') ?? freshTab
  if (!TAB_NAME.test(tab))
    return refuse(`tab="${tab}" is no tab name; it takes 1 to 64 letters, digits, ".", "_" or "-".`)

  const interval = url.searchParams.get('pollIntervalMs')
  const pollIntervalMs = interval === null ? DEFAULT_POLL_INTERVAL_MS : Number(interval)
  if (!Number.isInteger(pollIntervalMs) || pollIntervalMs < 1 || pollIntervalMs > MAX_POLL_INTERVAL_MS)
    return refuse(`pollIntervalMs="${interval}" is no whole number from 1 to ${MAX_POLL_INTERVAL_MS}.`)

  const cure = readCure(platform, url.searchParams)
  if ('problem' in cure) return refuse(cure.problem)

  const userId = url.searchParams.get('as') || null
  return {ok: true, settings: {conversationId: conversation, userId, tab, pollIntervalMs, ...cure}}
}

type Cure = Pick<PageSettings, 'remedies' | 'policyInWords'>

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
  return {remedies: POLICIES[name].remedies, policyInWords: `policy ${name}`}
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
  }
}

const refuse = (problem: string): PageAddress => ({ok: false, problem})
