/** What a ChatGPT tab needs of its surroundings beside what every tab needs: sockets, and what sharing one takes. */
import type {Surroundings} from '../chat-session.ts'
import type {SharingParts} from './sharing/sharing-parts.ts'

export type ChatgptSurroundings = Surroundings &
  SharingParts & {readonly openSocket: (url: string) => WebSocket}
