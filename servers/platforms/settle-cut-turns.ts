/** Before anybody is let in: what the process before was writing when it was killed is told as the end of any turn is. Rule TU27. */
import type {Accounts} from '../accounts/accounts.ts'
import type {ComposedPlatform} from './composed-platform.ts'

export function settleCutTurns(
  {store, publisher, isHandedOff}: Pick<ComposedPlatform, 'store' | 'publisher' | 'isHandedOff'>,
  accounts: Pick<Accounts, 'byId'>,
): void {
  for (const message of store.cutAnswers) {
    const {conversationId, turnId, model} = message
    const userId = store.any(conversationId)?.userId
    if (userId === undefined || turnId === null) continue
    publisher.committed({id: userId}, message)
    const user = accounts.byId(userId)
    // People are forgotten with the process where no file keeps them: then nobody can come back either.
    if (!user) continue
    const handoff = isHandedOff(model ?? '')
    publisher.announce(user, conversationId, {type: 'turn-completed', turnId, message, handoff})
  }
}
