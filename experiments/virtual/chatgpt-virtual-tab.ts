/** ChatGPT's virtual tab: its session on a real WebSocket and real requests. */
import {POLICIES, type Policy} from '#protocol/policy.ts'
import {nodeSurroundings} from '../../clients/sync/node-surroundings.ts'
import {createChatgptSession} from '../../clients/sync/chatgpt/session.ts'
import {virtualTabOf, type CreateSession} from './virtual-tab.ts'

/** Of policies that do not poll; nobody reads it there. */
const NO_PACE_MS = 1_000

export const chatgptSession: CreateSession = (
  {name, policy, person, origin, random, guards = [], habits, storage},
  life,
  stamp,
) => {
  const {remedies, pollPace = NO_PACE_MS}: Policy = POLICIES[policy]
  return createChatgptSession(
    {
      baseUrl: origin,
      bearer: person.bearer,
      userId: person.id,
      accountId: person.accountId,
      tab: name,
      remedies,
      pollPace,
      sendGuards: guards,
      ...(habits && {habits}),
    },
    nodeSurroundings(
      {
        openSocket: (url: string) => life.openSocket(url, origin) as unknown as WebSocket,
        openRelay: (channel: string) => new BroadcastChannel(channel),
        witness: stamp,
      },
      {fetch: life.fetch, setTimer: life.setTimer, page: life.page, random, ...(storage && {storage})},
    ),
  )
}

export const openChatgptTab = virtualTabOf(chatgptSession)
