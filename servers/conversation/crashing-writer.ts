/** The child of the SIGKILL test: begins a turn, then adds messages and acknowledges each until it is killed. */
import {setImmediate} from 'node:timers/promises'
import {ConversationStore} from './conversation-store.ts'

const store = new ConversationStore(process.argv[2]!)
const ofConversation = {conversationId: 'c', turnId: null, model: null}
const turn = {id: 't', conversationId: 'c', answerId: 'answer'}

store.create({id: 'c', userId: 'u', title: ''})
store.beginTurn(turn)
store.addMessage({
  ...ofConversation,
  id: 'answer',
  parentId: null,
  role: 'assistant',
  text: '',
  status: 'in_progress',
})
store.advanceTurn('t', {type: 'began'})
store.writeOn('c', 'answer', 'half an ans')

for (let count = 0; process.connected; count++) {
  const id = `m${count}`
  store.addMessage({...ofConversation, id, parentId: 'answer', role: 'user', text: id, status: 'complete'})
  process.send!(id)
  await setImmediate()
}
