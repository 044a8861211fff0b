/** The entry of the ChatGPT page. */
import {createChatgptSession} from '../sync/chatgpt/session.ts'
import {openPage} from './open-page.tsx'
import {browserSharing} from './shared-socket.ts'

openPage({
  platform: 'chatgpt',
  createSession: (options, surroundings) =>
    createChatgptSession(options, {
      ...surroundings,
      ...browserSharing(),
      openSocket: (url) => new WebSocket(url),
    }),
})
