/** The entry of the Claude page: the same page, with push in place of a socket. */
import {createClaudeSession} from '../sync/claude/session.ts'
import {browserPush} from './browser-push.ts'
import {openPage} from './open-page.tsx'

const push = browserPush()

openPage({
  platform: 'claude',
  createSession: (options, surroundings) => createClaudeSession(options, {...surroundings, push}),
  onAllowPush: () => void push.askPermission(),
  onMounted: (actions) => push.onNavigate((conversationId) => actions.open(conversationId)),
})
