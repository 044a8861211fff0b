/** The page's entry: reads the address, signs in, starts the witness and the session, and shows the chat. */
import {render} from 'preact'
import {createChatgptSession} from '../sync/chatgpt/session.ts'
import {startWitness} from '../witness/page-witness.ts'
import {browserSurroundings} from './browser-surroundings.ts'
import {logIn, LoginError} from './login.ts'
import {mountChat} from './mount-chat.tsx'
import {readAddress, type PageSettings} from './page-address.ts'
import {Problem} from './problem.tsx'

const root = document.querySelector<HTMLElement>('#page')!
const showProblem = (problem: string) => render(<Problem problem={problem} />, root)

const freshTab = () => `tab-${crypto.randomUUID().slice(0, 4)}`

async function start(settings: PageSettings): Promise<void> {
  const {bearer, accountId, user} = await logIn(settings.userId)
  nameUserInAddress(user.id)

  const witness = startWitness({tab: settings.tab})
  const surroundings = {
    ...browserSurroundings(witness.stamp),
    openSocket: (url: string) => new WebSocket(url),
  }
  const {tab, remedies, pollIntervalMs, policyInWords, conversationId} = settings
  const session = createChatgptSession(
    {baseUrl: location.origin, bearer, userId: user.id, accountId, tab, remedies, pollIntervalMs},
    surroundings,
  )
  mountChat(root, {session, tab, policyInWords, userName: user.name, now: surroundings.now})
  const isStarted = session.start()
  if (conversationId !== null) await session.openConversation(conversationId)
  await isStarted
}

/** So that the address can be given to a second tab as it is. */
function nameUserInAddress(userId: string): void {
  const url = new URL(location.href)
  if (url.searchParams.get('as') === userId) return
  url.searchParams.set('as', userId)
  history.replaceState(null, '', url)
}

const address = readAddress(new URL(location.href), freshTab())
if (address.ok) start(address.settings).catch(onStartFailed)
else showProblem(address.problem)

function onStartFailed(error: unknown): void {
  if (error instanceof LoginError) return showProblem(error.message)
  throw error
}
