/** Opens a platform's page: reads the address, signs in, starts the witness and the session, and shows the chat. */
import type {Platform} from '#protocol/platform.ts'
import {render} from 'preact'
import type {ChatSession, SessionOptions, Surroundings} from '../sync/chat-session.ts'
import {startWitness} from '../witness/page-witness.ts'
import {browserSurroundings} from './browser-surroundings.ts'
import type {ChatActions} from './chat-actions.ts'
import {openDeviceDrafts} from './draft-keeper.ts'
import {openDrafts} from './drafts.ts'
import {logIn, LoginError} from './login.ts'
import {mountChat} from './mount-chat.tsx'
import {readAddress, type PageSettings} from './page-address.ts'
import {PATHS} from './page-paths.ts'
import {Problem} from './problem.tsx'
import {openRoll, type TabRoll} from './tab-roll.ts'

export type PlatformPage = {
  readonly platform: Platform
  readonly createSession: (options: SessionOptions, surroundings: Surroundings) => ChatSession
  readonly onAllowPush?: () => void
  /** The page is there: what else of the browser leads to an act of the person's. */
  readonly onMounted?: (actions: ChatActions) => void
}

export function openPage(page: PlatformPage): void {
  const root = document.querySelector<HTMLElement>('#page')!
  const showProblem = (problem: string) => render(<Problem problem={problem} />, root)

  const address = readAddress(page.platform, new URL(location.href), freshTab())
  if (!address.ok) return showProblem(address.problem)
  start(root, page, address.settings).catch((error: unknown) => {
    if (error instanceof LoginError) return showProblem(error.message)
    throw error
  })
}

async function start(root: HTMLElement, page: PlatformPage, settings: PageSettings): Promise<void> {
  const roll = callRoll(settings)
  const {bearer, accountId, user} = await logIn(settings.userId)
  nameInAddress('as', user.id)
  const tab = roll?.settle() ?? settings.tab
  if (settings.isTabNamed) nameInAddress('tab', tab)

  const witness = startWitness({tab})
  const surroundings = browserSurroundings(witness.stamp)
  const {remedies, pollPace, sendGuards, habits, policyInWords, conversationId} = settings
  const session = page.createSession(
    {
      baseUrl: location.origin,
      bearer,
      userId: user.id,
      accountId,
      tab,
      remedies,
      pollPace,
      sendGuards,
      ...(habits && {habits}),
    },
    surroundings,
  )
  const drafts =
    habits?.drafts === 'device' ? await browserDrafts(user.id) : openDrafts(sessionStorage, user.id)
  const actions = mountChat(root, {
    session,
    paths: PATHS[page.platform],
    tab,
    policyInWords,
    userName: user.name,
    now: surroundings.now,
    drafts,
    ...(page.onAllowPush && {onAllowPush: page.onAllowPush}),
  })
  page.onMounted?.(actions)
  const isStarted = session.start()
  if (conversationId !== null) await session.openConversation(conversationId)
  await isStarted
}

const browserDrafts = (person: string) =>
  openDeviceDrafts(
    {
      localStorage,
      sessionStorage,
      locks: navigator.locks ?? null,
      newId: () => crypto.randomUUID(),
      wallMs: () => Date.now(),
    },
    person,
  )

const freshTab = () => `tab-${crypto.randomUUID().slice(0, 4)}`

/** So that the address can be given to a second tab as it is, and says who this one is after a reload. */
function nameInAddress(parameter: 'as' | 'tab', name: string): void {
  const url = addressNaming(parameter, name)
  if (url.href !== location.href) history.replaceState(null, '', url)
}

function addressNaming(parameter: string, name: string): URL {
  const url = new URL(location.href)
  if (url.searchParams.get(parameter) !== name) url.searchParams.set(parameter, name)
  return url
}

/** Where the address names the tab, a copy of it may be about. Asked while the page signs in, so that nobody waits for it. */
function callRoll({tab, isTabNamed, userId}: PageSettings): TabRoll | null {
  if (!isTabNamed || userId === null || !('BroadcastChannel' in globalThis)) return null
  const roll = openRoll({
    name: tab,
    claim: crypto.randomUUID(),
    openChannel: () => new BroadcastChannel(`tabwitness-tabs-${userId}`),
    onDoubled: (freeName) => location.replace(addressNaming('tab', freeName)),
  })
  window.addEventListener('pagehide', roll.pause)
  window.addEventListener('pageshow', ({persisted}) => persisted && roll.resume())
  return roll
}
