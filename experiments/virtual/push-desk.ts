/**
 * Where a server hands its pushes for virtual browsers: gives each to the browser that has its token, and does to it what
 * push faults say. One for any number of servers and browsers. Rules CP12, FA18.
 */
import {createServer, type IncomingMessage, type ServerResponse} from 'node:http'
import type {AddressInfo} from 'node:net'
import {text} from 'node:stream/consumers'
import {readHandedPush} from '#protocol/claude/handed-push.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import {createVirtualPush, type VirtualPushBrowser} from '../../clients/sync/claude/virtual-push.ts'
import type {HandOver} from '../../servers/fcm/hand-over-sender.ts'
import type {PushFault} from '../history/fault.ts'

export type PushDesk = {
  /** What the servers are started with, as `fcm`. */
  readonly target: HandOver
  /** A browser without tabs yet. */
  openBrowser(): DeskBrowser
  close(): Promise<void>
}

export type DeskBrowser = {
  /** What its tabs are opened on. */
  readonly push: VirtualPushBrowser
  /** Strikes the pushes to this browser from now on; what it returns heals it. A token that expired stays so. */
  begin(fault: PushFault): () => void
  close(): void
}

type Push = {readonly token: string; readonly id: string; readonly data: Readonly<Record<string, string>>}

export async function startPushDesk(): Promise<PushDesk> {
  /** The living tokens. */
  const owners = new Map<string, (push: Push) => void>()
  let tokens = 0
  let pushes = 0

  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const {token, data} = readHandedPush(await text(request))
    const deliver = owners.get(token)
    if (!deliver) return void response.writeHead(404).end()
    const id = `handed-${(pushes += 1)}`
    response.end(id)
    deliver({token, id, data})
  }

  const server = createServer((request, response) => {
    take(request, response).catch((error: unknown) => {
      response.writeHead(error instanceof ProtocolError ? 400 : 500).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address() as AddressInfo

  return {
    target: {
      handOverUrl: `http://127.0.0.1:${port}/push`,
      page: {firebaseConfig: {projectId: 'virtual'}, vapidKey: 'virtual'},
    },
    openBrowser() {
      const mine = new Set<string>()
      const {deliver, begin, end} = createDelivery((push) => void browser.hand(push.token, push))
      const browser = createVirtualPush(async () => {
        const token = `virtual-${(tokens += 1)}`
        mine.add(token)
        owners.set(token, deliver)
        return token
      })
      const forget = () => mine.forEach((token) => owners.delete(token))
      return {
        push: browser,
        begin(fault) {
          if (fault.name !== 'token-expired') return begin(fault)
          forget()
          return () => {}
        },
        close() {
          forget()
          end()
        },
      }
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** The way to one browser. Pushes keep their order unless a fault says otherwise. */
function createDelivery(hand: (push: Push) => void) {
  const standing = new Set<PushFault>()
  const timers = new Set<NodeJS.Timeout>()
  /** While the link is cut, FCM keeps what comes. */
  let held: Push[] = []
  let overtaken: Push | null = null

  const has = (name: PushFault['name']) => [...standing].some((fault) => fault.name === name)

  function later(run: () => void, ms: number): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      run()
    }, ms)
    timers.add(timer)
  }

  /** One that was held back until the next one has passed it, or its time is over. */
  function letPass(push: Push | null): void {
    if (push === null || push !== overtaken) return
    overtaken = null
    hand(push)
  }

  function arrive(push: Push): void {
    const reorder = [...standing].find((fault) => fault.name === 'push-reorder')
    if (!reorder || overtaken) {
      hand(push)
      return letPass(overtaken)
    }
    overtaken = push
    later(() => letPass(push), reorder.withinMs)
  }

  function deliver(push: Push): void {
    if (has('push-drop')) return
    if (has('mcs-cut')) return void held.push(push)
    const delayMs = [...standing].reduce(
      (sum, fault) => sum + (fault.name === 'push-delay' ? fault.ms : 0),
      0,
    )
    const times = has('push-duplicate') ? [push, push] : [push]
    later(() => times.forEach(arrive), delayMs)
  }

  return {
    deliver,
    begin(fault: PushFault): () => void {
      standing.add(fault)
      return () => {
        standing.delete(fault)
        if (has('mcs-cut')) return
        const waiting = held
        held = []
        waiting.forEach(deliver)
      }
    },
    end(): void {
      for (const timer of timers) clearTimeout(timer)
      held = []
    },
  }
}
