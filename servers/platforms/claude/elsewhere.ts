/** A message of the person's from another client: a turn as any POST begins it, read to its end by nobody. Harness only. Rule TG10. */
import {randomUUIDv7} from 'node:crypto'
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import type {SendFromElsewhere} from '../composed-platform.ts'
import {untilEnded} from '../until-ended.ts'
import type {Turns} from './turns.ts'

export const sendFromElsewhere =
  (turns: Turns): SendFromElsewhere =>
  async (user, {id: conversationId, leafId}, text) => {
    const promptId = randomUUIDv7()
    const {buffer} = turns.begin(
      user,
      conversationId,
      {
        prompt: text,
        parent_message_uuid: leafId ?? ROOT_MESSAGE_UUID,
        turn_message_uuids: {human_message_uuid: promptId, assistant_message_uuid: randomUUIDv7()},
      },
      {meansBranch: false, shownLeafId: undefined},
    )
    await untilEnded(buffer)
    return promptId
  }
