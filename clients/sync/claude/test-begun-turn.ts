/** A tab in the middle of its own turn, and the conversation as the server has it afterwards, for tests. */
import type {StopReason} from '#protocol/claude/message.ts'
import {until} from '../test-clock.ts'
import {question, readyClaudeTab, reply} from './test-claude-tab.ts'
import {claudeConversation, claudeMessage, events} from './test-completion.ts'

export type ReadyTab = Awaited<ReturnType<typeof readyClaudeTab>>

/** A tab whose prompt was sent, and which awaits the first byte of the answer. */
export async function asked(setup: Parameters<typeof readyClaudeTab>[0] = {}) {
  const tab = await readyClaudeTab(setup)
  const sent = tab.session.send('And then?')
  await until(() => tab.asked.at(-1)?.path.endsWith('/completion') ?? false)
  return {...tab, sent, ...tab.turnIds()}
}

/** One whose answer began with "Hel". */
export async function begun(setup: Parameters<typeof readyClaudeTab>[0] = {}) {
  const tab = await asked(setup)
  tab.stream.write(events.start(tab.answerId, tab.promptId), events.block(0), events.text(0, 'Hel'))
  await until(() => tab.texts().at(-1) === 'Hel (streaming)')
  return tab
}

type Turn = {readonly promptId: string; readonly answerId: string}

/** The conversation once the server has both messages of the turn. */
export const withTurn = ({promptId, answerId}: Turn, stopReason: StopReason = 'end_turn', text = 'Hello.') =>
  claudeConversation('c1', [
    question,
    reply,
    {...claudeMessage('p', 'And then?', {parent: 'a1'}), uuid: promptId},
    {
      ...claudeMessage('w', text, {sender: 'assistant', stopReason}),
      uuid: answerId,
      parent_message_uuid: promptId,
    },
  ])

/** How the status was asked for, each time. */
export const polls = ({asked: all}: Pick<ReadyTab, 'asked'>) =>
  all.filter(({path}) => path.endsWith('completion_status')).map(({query}) => query.get('poll'))
