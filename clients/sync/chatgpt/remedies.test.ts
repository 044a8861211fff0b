import {expect, test} from 'vitest'
import type {RelayFrame} from '#protocol/relay-frame.ts'
import {until} from '../test-clock.ts'
import {events, testMessage} from './test-conversation.ts'
import {readyTab} from './test-tab.ts'

const open = testMessage('a2', '', {parent: 'id-1', role: 'assistant', status: 'in_progress'})
const reads = (paths: readonly string[]) => paths.filter((path) => path.endsWith('/conversation/c1')).length

test('[PO4] poll refetches at its pace, but not into the own answer', async () => {
  const {session, clock, paths, stream, texts} = await readyTab({remedies: ['poll']})
  clock.advance(1_000)
  await until(() => reads(paths()) === 2)
  const sent = session.send('And then?')
  stream.write(events.encoding, events.token('c1'), events.snapshot('c1', open))
  await until(() => texts().at(-1) === ' (streaming)')
  clock.advance(3_000)
  expect(reads(paths())).toBe(2)
  stream.write(events.finished, events.complete('c1'), events.done)
  await sent
  await until(() => reads(paths()) === 3)
  session.close()
  clock.advance(10_000)
  expect(reads(paths())).toBe(3)
})

test('[PO5] focus refetches when the tab is shown, and not when it goes', async () => {
  const {paths, turnPage, socket, session} = await readyTab({remedies: ['focus']})
  turnPage({foreground: false, visible: false})
  expect(reads(paths())).toBe(1)
  expect(socket.sent.at(-1)).toMatchObject([{command: {type: 'presence', state: 'background'}}])
  turnPage({foreground: true, visible: true})
  await until(() => reads(paths()) === 2)
  session.close()
})

test('[PO1] without a remedy a tab that is shown refetches nothing', async () => {
  const {paths, turnPage, session} = await readyTab()
  turnPage({foreground: false, visible: false})
  turnPage({foreground: true, visible: true})
  expect(reads(paths())).toBe(1)
  session.close()
})

test('[PO6] relay passes question and answer on as they come, and says where they came from', async () => {
  const a = await readyTab({remedies: ['relay']})
  const b = await readyTab({remedies: ['relay']})
  const sent = a.session.send('And then?')
  const prompt = testMessage('id-1', 'And then?', {parent: 'a1'})
  a.stream.write(
    events.encoding,
    events.token('c1'),
    events.prompt('c1', prompt),
    events.snapshot('c1', open),
    events.text('Yes'),
  )
  await until(() => b.texts().at(-1) === 'Yes (streaming)')
  a.stream.write(events.finished, events.complete('c1'), events.done)
  await sent
  await until(() => b.texts().at(-1) === 'Yes (complete)')
  expect(b.texts().at(-2)).toBe('And then? (complete)')
  expect(b.stamps.filter((stamp) => stamp.kind === 'received').at(-1)).toMatchObject({
    via: 'relay',
    messageIds: ['a2'],
  })
  expect(reads(b.paths())).toBe(1)
  a.session.close()
  b.session.close()
})

test('[PO6] a frame that no page of ours sent is left alone', async () => {
  const {session, texts} = await readyTab({remedies: ['relay']})
  const stranger = new BroadcastChannel('tabwitness-relay-u')
  stranger.postMessage('{"type":"message","conversation_id":"c1","message":{"id":7}}')
  stranger.postMessage({type: 'message'})
  const said = {role: 'assistant', text: 'Ours', status: 'complete'} as const
  const ours: RelayFrame = {type: 'message', conversation_id: 'c1', message: {id: 'a2', parentId: 'a1', said}}
  stranger.postMessage(JSON.stringify(ours))
  // What comes last has come after the strangers.
  await until(() => texts().at(-1) === 'Ours (complete)')
  expect(texts()).toHaveLength(3)
  stranger.close()
  session.close()
})
