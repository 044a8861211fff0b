/**
 * What the address says: which conversation, whose page, the tab's name and how it fights staleness.
 * Pure; invented, harness only. A bad address yields one sentence for the person.
 */
import {isPolicyName, POLICIES, POLICY_NAMES, REMEDIES, type Remedy} from '#protocol/policy.ts'

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

export function readAddress(url: URL, freshTab: string): PageAddress {
  const conversation = readConversation(url.pathname)
  if (conversation === undefined)
    return refuse(`There is no page at "${url.pathname}"; there is one at "/" and at "/c/{conversation id}".`)

  const tab = url.searchParams.get('tab') ?? freshTab
  if (!TAB_NAME.test(tab))
    return refuse(`tab="${tab}" is no tab name; it takes 1 to 64 letters, digits, ".", "_" or "-".`)

  const interval = url.searchParams.get('pollIntervalMs')
  const pollIntervalMs = interval === null ? DEFAULT_POLL_INTERVAL_MS : Number(interval)
  if (!Number.isInteger(pollIntervalMs) || pollIntervalMs < 1 || pollIntervalMs > MAX_POLL_INTERVAL_MS)
    return refuse(`pollIntervalMs="${interval}" is no whole number from 1 to ${MAX_POLL_INTERVAL_MS}.`)

  const cure = readCure(url.searchParams)
  if ('problem' in cure) return refuse(cure.problem)

  const userId = url.searchParams.get('as') || null
  return {ok: true, settings: {conversationId: conversation, userId, tab, pollIntervalMs, ...cure}}
}

/** Null: a new chat. Undefined: not an address of ours. */
export function readConversation(path: string): string | null | undefined {
  if (path === '/') return null
  return /^\/c\/([\w.-]+)\/?$/.exec(path)?.[1]
}

type Cure = Pick<PageSettings, 'remedies' | 'policyInWords'>

function readCure(query: URLSearchParams): Cure | {readonly problem: string} {
  const policy = query.get('policy')
  const remedies = query.get('remedies')
  if (policy !== null && remedies !== null)
    return {problem: 'The address names both policy= and remedies=; give one of them.'}
  if (remedies !== null) return readRemedies(remedies)

  // In a query a bare + is a blank; people write policy=content+resume all the same.
  const name = policy?.replaceAll(' ', '+') ?? 'observed'
  if (!isPolicyName(name))
    return {problem: `policy="${name}" is unknown; accepted are ${POLICY_NAMES.join(', ')}.`}
  return {remedies: POLICIES[name].remedies, policyInWords: `policy ${name}`}
}

function readRemedies(list: string): Cure | {readonly problem: string} {
  const names = list.split(',').filter(Boolean)
  const unknown = names.find((name) => !REMEDIES.some((remedy) => remedy === name))
  if (unknown !== undefined)
    return {problem: `remedies="${list}" names "${unknown}"; accepted are ${REMEDIES.join(', ')}.`}
  return {
    remedies: REMEDIES.filter((remedy) => names.includes(remedy)),
    policyInWords: names.length === 0 ? 'no remedies' : `remedies ${names.join(', ')}`,
  }
}

const refuse = (problem: string): PageAddress => ({ok: false, problem})

/** The address of a conversation (or of a new chat) with the same settings. */
export function addressOf(conversationId: string | null, search: string): string {
  return (conversationId === null ? '/' : `/c/${conversationId}`) + search
}
