/** The entry of the ChatGPT page. */
import {createChatgptSession} from '../sync/chatgpt/session.ts'
import {openPage} from './open-page.tsx'

openPage({
  platform: 'chatgpt',
  createSession: (options, surroundings) =>
    createChatgptSession(options, {...surroundings, openSocket: (url) => new WebSocket(url)}),
})
