/** The page on a fake session that a test sets from outside, for looks and manners. Not part of the built page. */
import type {ChatView} from '../sync/chat-session.ts'
import {MODELS} from '#protocol/model-choice.ts'
import {mountChat} from './mount-chat.tsx'
import {openDrafts} from './drafts.ts'
import {fakeSession, type FakeSession} from './fake-session.ts'
import {PATHS} from './page-paths.ts'

declare global {
  interface Window {
    rehearsal: FakeSession
  }
}

/** `?platform=claude` shows the other look. */
const platform = new URLSearchParams(location.search).get('platform') === 'claude' ? 'claude' : 'chatgpt'
document.documentElement.dataset['platform'] = platform

const START: ChatView = {
  connection: {name: 'connecting', attempt: 1},
  conversations: [],
  conversationId: null,
  title: '',
  messages: [],
  phase: 'ready',
  notice: null,
  conflict: null,
  approvalId: null,
  model: 'scripted',
  models: MODELS,
  canTryAgain: platform === 'claude',
}

window.rehearsal = fakeSession(START)
mountChat(document.querySelector<HTMLElement>('#page')!, {
  session: window.rehearsal,
  paths: PATHS[platform],
  tab: 'A',
  policyInWords: 'policy content',
  userName: 'Ada',
  now: () => Date.now(),
  drafts: openDrafts(sessionStorage, 'ada'),
  onAllowPush: () => void window.rehearsal.asked.push(['allowPush']),
})
