/** A real server process that ends and comes back: who finds it again, and what is left of it. */
import {connect} from 'node:net'
import {readdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {expect, test} from 'vitest'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {serverFaults} from './server-faults.ts'
import {startOwnServer} from './own-server.ts'

const start = () =>
  startOwnServer({
    seed: 'own',
    pageFolder: null,
    carriage: 'content',
    model: {...defaultModelSettings, instant: true},
    userCount: 0,
  })

const isOpen = (url: string) =>
  new Promise<boolean>((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })

const foldersLeft = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`tabwitness-${process.pid}-own`))

test('[FA17] a server that was killed is back at its place with its people, and is listened to as before', async () => {
  const server = await start()
  const ledger: LedgerEvent[] = []
  const said: string[] = []
  try {
    const {id} = await server.control.createUser({})
    server.onLedger(id, (event) => ledger.push(event))
    const {conversationId} = await server.control.createConversation(id, 1)
    const before = await server.control.serverView(conversationId)

    const tell = (what: string, whom: string | null = null) =>
      said.push(whom === null ? what : `${what} ${whom}`)
    const heal = await serverFaults(server, () => said.push('gone'))({name: 'kill'}, '*', tell)
    expect([server.isRunning(), await isOpen(server.chatgpt.baseUrl)]).toEqual([false, false])
    const view = server.control.serverView(conversationId)
    await heal?.()
    expect(await view).toEqual(before)
    expect(said).toEqual(['server-ended SIGKILL', 'gone', 'server-started'])

    ledger.length = 0
    await server.control.commitMessage(id, conversationId, 'again')
    expect(ledger.map(({kind}) => kind)).toEqual(['committed'])
  } finally {
    await server.close()
  }
  expect(await isOpen(server.chatgpt.baseUrl)).toBe(false)
  expect(foldersLeft()).toEqual([])
})

test('[FA17] a server that is dead when its cell ends leaves nothing', async () => {
  const server = await start()
  await server.end('kill')
  await server.close()
  expect(foldersLeft()).toEqual([])
})
