/** A platform that is put together, as those see it who start, control and end the servers. */
import type {User} from '../accounts/user.ts'
import type {ConversationStore} from '../conversation/conversation-store.ts'
import type {Conversation} from '../conversation/message.ts'
import type {Publisher} from '../conversation/publisher.ts'
import type {Tasks} from '../tasks/tasks.ts'
import type {RecentTurns} from './recent-turns.ts'

/** A whole turn of the person's, at the end of the conversation. Throws as a POST is refused. The prompt's id. */
export type SendFromElsewhere = (user: User, to: Conversation, text: string) => Promise<string>

export type ComposedPlatform = {
  readonly store: ConversationStore
  readonly publisher: Publisher
  readonly recent: RecentTurns
  readonly tasks: Tasks
  readonly sendFromElsewhere: SendFromElsewhere
  /** A tool waits for the person's word from now on. Its id. */
  readonly askApproval: (user: User, where: Conversation) => string
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
