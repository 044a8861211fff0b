/** What a ChatGPT tab needs of its surroundings beside what every tab needs: sockets for its channel. */
import type {Surroundings} from '../chat-session.ts'

export type ChatgptSurroundings = Surroundings & {readonly openSocket: (url: string) => WebSocket}
