/**
 * A browser for tests: its tabs and workers run the real channels, and whatever passes between them, to the server and to
 * the lock manager waits in one queue. A frozen one finds what came meanwhile when it is thawed, but its socket is gone.
 */
import type {CommandItem} from '#protocol/celsius-command.ts'
import type {ReceivedItem} from '#protocol/celsius-frame.ts'
import type {Remedy} from '#protocol/policy.ts'
import type {SessionOptions, WakeCause, WitnessStamp} from '../../chat-session.ts'
import {createTestClock} from '../../test-clock.ts'
import {json} from '../../test-http.ts'
import type {Channel} from '../channel.ts'
import type {ChatgptSurroundings} from '../chatgpt-surroundings.ts'
import {chooseChannel} from './choose-channel.ts'
import {createPortServer} from './serve-ports.ts'
import type {Locks, WorkerPort} from './sharing-parts.ts'
import {portEnd, TestLink, type PortEnd} from './test-link.ts'
import {createTestLocks, type TestServer} from './test-sharing.ts'
import {createTestThreads, type Sleep, type Thread} from './test-threads.ts'

type Link = {
  readonly thread: Thread
  readonly followed: Set<string>
  readonly socket: TestLink
  /** Nothing passes any more; of a frozen one the page does not know yet. */
  isDead: boolean
  isFrozen: boolean
}

export type TestTab = Thread & {
  readonly channel: Channel
  /** Offsets in the order in which the channel delivered them. */
  readonly delivered: string[]
  /** What the tab has by either way: a topic that may have missed something is read anew. */
  known: Set<string>
  readonly stamps: WitnessStamp[]
}

export const TOPIC = 'conversation-c1'

export function createTestBrowser(server: TestServer, remedy: 'leader' | 'shared-worker') {
  const clock = createTestClock()
  const locks = createTestLocks()
  const {threadOf, within, later, reach, settle} = createTestThreads()
  const links: Link[] = []
  const tabs: TestTab[] = []
  const workers = new Map<string, {readonly thread: Thread; serve(port: WorkerPort): void}>()
  const ports = new Set<{readonly between: readonly Thread[]; readonly tell: () => void}>()
  const channels = new Set<{readonly thread: Thread; readonly target: EventTarget}>()
  const storage = new Map<string, string>()
  let chance = 0
  let drops = 0

  function openSocket(thread: Thread, url: string): WebSocket {
    const socket = new TestLink()
    const link: Link = {thread, followed: new Set(), socket, isDead: false, isFrozen: false}
    socket.url = url
    links.push(link)
    const hear = (items: readonly ReceivedItem[]) =>
      later(thread, () => {
        if (!link.isDead) socket.dispatchEvent(new MessageEvent('message', {data: JSON.stringify(items)}))
      })
    socket.onSend = (text) => {
      if (link.isDead) return
      const items = JSON.parse(text) as CommandItem[]
      hear(items.map((item) => server.answer(item, link.followed)))
    }
    socket.onClose = () => (link.isDead = true)
    server.listen((message) => {
      if (!link.isDead && link.followed.has(message.topic_id)) hear([message])
    })
    later(thread, () => {
      if (!link.isDead) socket.dispatchEvent(new Event('open'))
    })
    return socket as unknown as WebSocket
  }

  function cut(link: Link): void {
    if (link.isDead) return
    link.isDead = true
    later(link.thread, () => link.socket.dispatchEvent(new Event('close')))
  }

  function surroundingsOf(thread: Thread, stamps: WitnessStamp[]): ChatgptSurroundings {
    return {
      now: clock.now,
      stampNow: clock.now,
      setTimer: (run, delayMs) => clock.setTimer(() => within(thread, run), delayMs),
      fetch: async () => json({websocket_url: 'ws://127.0.0.1:1/p3/ws/user/u__a?verify=1-0'}),
      openSocket: (url) => openSocket(thread, url),
      random: () => (chance = (chance * 16_807 + 11) % 2_147_483_647) / 2_147_483_647,
      newId: () => `${thread.name}-id`,
      pageState: () => ({foreground: true, visible: true}),
      onPageState: () => () => {},
      onWake(listener: (because: WakeCause) => void) {
        thread.onWake = () => listener('resumed')
        return () => {}
      },
      onFreeze(listener) {
        thread.onFreeze = listener
        return () => {}
      },
      openRelay: () => openBroadcast(thread),
      storage: {
        get: (key) => storage.get(key) ?? null,
        set: (key, value) => void storage.set(key, value),
        remove: (key) => void storage.delete(key),
      },
      witness: (stamp) => void stamps.push(stamp),
      locks: locksOf(thread),
      openWorker: (name) => openWorker(thread, name),
    }
  }

  /** What the lock manager tells a frozen tab it finds when it is thawed. */
  function locksOf(thread: Thread): Locks {
    const manager = locks.of(thread.name)
    const told =
      <T>(run: (value: T) => void) =>
      (value: T) =>
        later(thread, () => run(value))
    return {
      settle: () => new Promise((resolve) => later(thread, resolve)),
      request: (name, options, hold) =>
        new Promise((resolve, reject) => {
          const held = () => new Promise<void>((end) => later(thread, () => void hold().then(end)))
          manager.request(name, options, held).then(told(resolve), told(reject))
        }),
    }
  }

  function openBroadcast(thread: Thread): BroadcastChannel {
    const target = new EventTarget()
    const channel = {thread, target}
    channels.add(channel)
    return Object.assign(target, {
      name: '',
      close: () => void channels.delete(channel),
      postMessage(data: unknown) {
        for (const other of channels) {
          if (other === channel) continue
          if (drops > 0) {
            drops -= 1
            continue
          }
          const hear = () => {
            if (channels.has(other)) other.target.dispatchEvent(new MessageEvent('message', {data}))
          }
          reach(other.thread, hear)
        }
      },
    }) as unknown as BroadcastChannel
  }

  function openWorker(tab: Thread, name: string): WorkerPort {
    let worker = workers.get(name)
    if (!worker || worker.thread.isGone) {
      const thread = threadOf(name)
      worker = {thread, ...createPortServer(surroundingsOf(thread, []))}
      workers.set(name, worker)
    }
    const {thread, serve} = worker
    const [here, there] = [portEnd(), portEnd()]
    const tell = () => {
      later(tab, () => here.gone())
      later(thread, () => there.gone())
    }
    ports.add({between: [tab, thread], tell})
    const post = (from: PortEnd, to: PortEnd, receiver: Thread) => (text: string) => {
      if (!from.isClosed) later(receiver, () => to.isClosed || to.text(text))
    }
    const close = (end: PortEnd) => () => {
      if (end.isClosed) return
      end.isClosed = true
      tell()
    }
    later(thread, () => serve({...there.listens, post: post(there, here, tab), close: close(there)}))
    return {...here.listens, post: post(here, there, thread), close: close(here)}
  }

  function openTab(name: string, besides: readonly Remedy[] = []): TestTab {
    const stamps: WitnessStamp[] = []
    const options: SessionOptions = {
      baseUrl: 'http://127.0.0.1:1',
      bearer: 'b',
      userId: 'u',
      accountId: 'a',
      tab: name,
      remedies: ['resume', remedy, ...besides],
      pollPace: 1_000,
    }
    const thread = threadOf(name)
    const delivered: string[] = []
    const readAnew = () => (tab.known = new Set(server.log(TOPIC)))
    const channel = chooseChannel(options, surroundingsOf(thread, stamps), {
      socketUrl: async () => `ws://127.0.0.1:1/?tab=${name}`,
      onConnection: () => {},
      onMissed: readAnew,
      onBegun: readAnew,
      onMessages(messages) {
        for (const {offset} of messages) {
          if (offset === null) continue
          delivered.push(offset)
          tab.known.add(offset)
        }
      },
    })
    const tab: TestTab = Object.assign(thread, {
      channel,
      delivered,
      stamps,
      known: new Set(server.log(TOPIC)),
    })
    tabs.push(tab)
    channel.follow(TOPIC, 'resumed')
    channel.start()
    return tab
  }

  function crash(thread: Thread): void {
    thread.isGone = true
    for (const link of links) if (link.thread === thread) link.isDead = true
    for (const channel of channels) if (channel.thread === thread) channels.delete(channel)
    for (const {between, tell} of ports) if (between.includes(thread)) tell()
    locks.crash(thread.name)
  }

  return {
    tabs,
    settle,
    crash,
    openTab,
    leader: () => locks.holder('tabwitness-leader-u'),
    workers: () => [...workers.values()].map(({thread}) => thread).filter(({isGone}) => !isGone),
    /** Tabs or workers whose socket is open. */
    connected: () => links.filter(({isDead}) => !isDead).map(({thread}) => thread.name),
    urls: () => links.map(({socket}) => socket.url),
    cutSockets: () => links.forEach(cut),
    /** Half-open: nothing passes, and nobody is told. */
    muteSockets: () => links.forEach((link) => (link.isDead = true)),
    /** The next `count` deliveries of the BroadcastChannel are lost. */
    loseBroadcasts: (count: number) => void (drops = count),
    freeze(thread: Thread, sleep: Sleep = 'frozen'): void {
      if (thread.sleep !== null) return
      if (sleep === 'frozen') thread.onFreeze()
      thread.sleep = sleep
      for (const link of links) if (link.thread === thread && !link.isDead) link.isDead = link.isFrozen = true
    },
    thaw(thread: Thread): void {
      if (thread.sleep === null) return
      thread.sleep = null
      const held = thread.held.splice(0)
      if (!thread.isGone) thread.onWake()
      for (const run of held) within(thread, run)
      for (const link of links) {
        if (link.thread !== thread || !link.isFrozen) continue
        link.isFrozen = false
        later(thread, () => link.socket.dispatchEvent(new Event('close')))
      }
    },
    async pass(ms: number): Promise<void> {
      for (let passed = 0; passed < ms; passed += 250) {
        clock.advance(250)
        await settle()
      }
    },
    close(): void {
      for (const tab of tabs) if (!tab.isGone) tab.channel.close()
    },
  }
}
