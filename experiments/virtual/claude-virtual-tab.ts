/**
 * Claude's virtual tab: its session on real requests, and on the pushes of a virtual browser that it shares with the other
 * tabs of it. Who plays the tabs hands the browser its pushes. Rules VT1–VT4, CC30.
 */
import {POLICIES, type Policy} from '#protocol/policy.ts'
import {createClaudeSession} from '../../clients/sync/claude/session.ts'
import type {VirtualPushBrowser} from '../../clients/sync/claude/virtual-push.ts'
import {nodeSurroundings} from '../../clients/sync/node-surroundings.ts'
import {virtualTabOf, type CreateSession} from './virtual-tab.ts'

/** Of policies that do not poll; nobody reads it there. */
const NO_PACE_MS = 1_000

export const claudeSessionIn =
  (browser: VirtualPushBrowser): CreateSession =>
  ({name, policy, person, origin, random, guards = [], habits, storage}, life, stamp) => {
    const {remedies, pollPace = NO_PACE_MS}: Policy = POLICIES[policy]
    return createClaudeSession(
      {
        baseUrl: origin,
        bearer: person.bearer,
        userId: person.id,
        accountId: person.organizationId,
        tab: name,
        remedies,
        pollPace,
        sendGuards: guards,
        ...(habits && {habits}),
      },
      nodeSurroundings(
        {
          // What is handed to a frozen page waits for it, as its timers do.
          push: browser.tab({
            pageState: life.page.pageState,
            stampNow: () => performance.now(),
            whenAwake: life.hand,
          }),
          openRelay: (channel: string) => new BroadcastChannel(channel),
          witness: stamp,
        },
        {fetch: life.fetch, setTimer: life.setTimer, page: life.page, random, ...(storage && {storage})},
      ),
    )
  }

export const openClaudeTab = (browser: VirtualPushBrowser) => virtualTabOf(claudeSessionIn(browser))
