/** A message of the person's from another client: a turn as any POST begins it, read to its end by nobody. Harness only. Rule TG10. */
import {randomUUID} from 'node:crypto'
import {ROOT_PARENT} from '#protocol/identifier.ts'
import type {SendFromElsewhere} from '../composed-platform.ts'
import {untilEnded} from '../until-ended.ts'
import type {Turns} from './turns.ts'

export const sendFromElsewhere =
  (turns: Turns): SendFromElsewhere =>
  async (user, {id: conversationId, leafId}, text) => {
    const promptId = randomUUID()
    const content = {content_type: 'text' as const, parts: [text]}
    const {buffer} = turns.begin(
      user,
      {
        action: 'next',
        messages: [{id: promptId, author: {role: 'user'}, content}],
        conversation_id: conversationId,
        parent_message_id: leafId ?? ROOT_PARENT,
      },
      {meansBranch: false, shownLeafId: undefined},
    )
    await untilEnded(buffer)
    return promptId
  }
