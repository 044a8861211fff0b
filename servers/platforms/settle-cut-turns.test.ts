import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {createAccounts} from '../accounts/accounts.ts'
import {commitTurn} from '../conversation/commit-turn.ts'
import {ConversationStore} from '../conversation/conversation-store.ts'
import {createPublisher, type StoredEvent} from '../conversation/publisher.ts'
import {defaultModelSettings} from '../model/model-settings.ts'
import {settleCutTurns} from './settle-cut-turns.ts'

test('[TU27] what was cut is committed as failed, then announced, on its own topic where it was handed off; once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'settle-'))
  const file = join(folder, 'store.sqlite')
  const accounts = createAccounts('seed')
  const settings = {
    carriage: 'content',
    channelDelayMs: 0,
    replicaLagMs: 0,
    model: defaultModelSettings,
  } as const
  const user = accounts.create(settings)
  const before = new ConversationStore(file)
  const begin = (name: string, userId: string, model: string) => {
    const conversation = {id: `c-${name}`, userId, title: ''}
    const input = {id: `asked-${name}`, text: 'hi'}
    const ofTurn = {turnId: `turn-${name}`, answerId: `answer-${name}`, parentId: null, isNew: true}
    commitTurn(before, {...ofTurn, conversation, input, model})
    before.writeOn(conversation.id, ofTurn.answerId, 'half an ans')
  }
  begin('plain', user.id, 'scripted')
  begin('handed', user.id, 'scripted-thinking')
  begin('forgotten', 'nobody', 'scripted')

  // The former process never closes it.
  const said: (LedgerEvent | StoredEvent)[] = []
  const store = new ConversationStore(file)
  const publisher = createPublisher({
    record: (event) => said.push(event),
    announce: async (_, event) => void said.push(event),
    now: () => 1,
  })
  settleCutTurns({store, publisher, isHandedOff: (model) => model.includes('thinking')}, accounts)
  const ended = (name: string, handoff: boolean) => [
    {kind: 'committed', userId: user.id, messageId: `answer-${name}`, chars: 11},
    {type: 'turn-completed', turnId: `turn-${name}`, message: {status: 'failed'}, handoff},
  ]
  expect(said).toMatchObject([
    ...ended('plain', false),
    ...ended('handed', true),
    {kind: 'committed', userId: 'nobody', messageId: 'answer-forgotten'},
  ])
  const again = new ConversationStore(file)
  expect(again.cutAnswers).toEqual([])
  for (const one of [before, store, again]) one.close()
  rmSync(folder, {recursive: true})
})
