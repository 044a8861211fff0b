/** A platform that is put together, as those see it who start, control and end the servers. */
import type {ConversationStore} from '../conversation/conversation-store.ts'
import type {Publisher} from '../conversation/publisher.ts'
import type {RecentTurns} from './recent-turns.ts'

export type ComposedPlatform = {
  readonly store: ConversationStore
  readonly publisher: Publisher
  readonly recent: RecentTurns
  /** An id as this platform's server makes them for messages. */
  readonly newMessageId: () => string
  /** Whether turns of the model are streamed on a topic of their own. */
  readonly isHandedOff: (model: string) => boolean
  /** What the platform knows of the person besides conversations; closes their sockets. */
  readonly forget: (userId: string) => void
  /** Ends what runs: turns, sockets, pushes. */
  readonly closeTurns: () => Promise<void>
  readonly closeStores: () => Promise<void>
}
