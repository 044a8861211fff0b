/** Small random histories, as stories: mostly what could happen, with damage to views, orders and texts mixed in. */
import * as fc from 'fast-check'

const WAITS_MS = [0, 1, 3, 4, 50, 100, 100, 400, 2_000, 7_000] as const
const TABS = ['A', 'B', 'C'] as const

/** How often each happening is drawn. */
const HAPPENINGS = {
  send: 4,
  edit: 1,
  regenerate: 1,
  arrive: 5,
  write: 2,
  begin: 2,
  finish: 2,
  show: 12,
  read: 2,
  get: 2,
  load: 1,
  hide: 1,
  return: 2,
  close: 0.3,
  told: 0.7,
  choose: 0.7,
  again: 0.3,
  strike: 0.2,
  heal: 0.2,
} as const satisfies Record<string, number>
type Happening = keyof typeof HAPPENINGS

const drawn = Object.entries(HAPPENINGS).flatMap(([what, weight]) =>
  Array.from({length: Math.ceil(weight * 10)}, () => what as Happening),
)

const step = fc.record({
  what: fc.constantFrom(...drawn),
  waitMs: fc.constantFrom(...WAITS_MS),
  tab: fc.constantFrom(...TABS),
  choice: fc.nat(30),
  other: fc.nat(30),
  damage: fc.nat(15),
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** `strangers`: the third tab belongs to another person, the second conversation too. */
export const randomStory = (maxSteps = 26): fc.Arbitrary<string> =>
  fc
    .record({
      steps: fc.array(step, {maxLength: maxSteps, size: 'max'}),
      strangers: fc.boolean(),
      restMs: fc.constantFrom(0, 50, 5_999, 10_000),
    })
    .map(({steps, strangers, restMs}) => tell(steps, strangers, restMs))

type Node = {readonly id: string; readonly parent: string | null; readonly of: string}
type World = {
  readonly lines: string[]
  /** In the tree of the server, or on the way to it. */
  readonly nodes: Node[]
  readonly sent: {readonly id: string; readonly parent: string; readonly tab: string}[]
  readonly begun: Node[]
  readonly shown: Map<string, readonly string[]>
  at: number
  made: number
}

function tell(steps: readonly Step[], strangers: boolean, restMs: number): string {
  const owner = strangers ? 'v' : 'u'
  const world: World = {
    lines: ['1000 A opens', '1000 B opens', `1000 C opens of ${owner}`],
    nodes: [
      {id: 'm1', parent: null, of: ' '},
      {id: 'a1', parent: 'm1', of: ' '},
      {id: 'm2', parent: null, of: ` in other of ${owner} `},
    ],
    sent: [],
    begun: [],
    shown: new Map(),
    at: 1_000,
    made: 2,
  }
  world.lines.push('1000 commit m1', '1000 commit a1 on m1', `1000 commit m2 in other of ${owner}`)
  for (const each of steps) happen(world, each)
  world.lines.push(`${world.at + restMs} end`)
  return world.lines.join('\n')
}

function happen(world: World, {what, waitMs, tab, choice, other, damage}: Step): void {
  world.at += waitMs
  const say = (words: string) => world.lines.push(`${world.at} ${words.replaceAll(/ +/g, ' ').trim()}`)
  const any = world.nodes[choice % world.nodes.length]!
  const fresh = (letter: string) => `${letter}${(world.made += 1)}`
  const leaf = world.shown.get(tab)?.at(-1) ?? any.id
  switch (what) {
    case 'send': {
      const message = {id: fresh('m'), parent: damage < 9 ? leaf : any.id, tab}
      world.sent.push(message)
      return void say(`${tab} sends ${message.id} on ${message.parent}`)
    }
    case 'edit': {
      const message = {id: fresh('m'), parent: any.parent ?? 'root', tab}
      world.sent.push(message)
      return void say(`${tab} edits ${message.id} on ${message.parent}`)
    }
    case 'regenerate':
      return void say(`${tab} regenerates ${any.id} on ${any.parent ?? 'root'}`)
    case 'arrive': {
      const message = world.sent.splice(other % Math.max(1, world.sent.length), 1)[0]
      if (message === undefined) return
      const asked = world.nodes.find(({id}) => id === message.parent)
      const parent = damage < 12 && asked ? asked : any
      return commit(world, say, {id: message.id, parent: parent.id, of: parent.of})
    }
    case 'write': {
      const node = {id: fresh(other % 3 === 0 ? 'm' : 'a'), parent: damage === 0 ? null : any.id, of: any.of}
      const earlier = world.nodes[other % world.nodes.length]!
      return commit(world, say, node, damage > 8 ? ` saying ${earlier.id}` : '')
    }
    case 'begin': {
      const node = {id: fresh('a'), parent: any.id, of: any.of}
      world.begun.push(node)
      if (damage > 3) world.nodes.push(node)
      return void say(`begin ${node.id} ${1 + (other % 9)}`)
    }
    case 'finish': {
      const node = world.begun.splice(other % Math.max(1, world.begun.length), 1)[0]
      return node === undefined ? undefined : commit(world, say, node)
    }
    case 'show':
    case 'read': {
      const view = damagedPath(world, any.id, other, damage, what === 'read')
      world.shown.set(
        tab,
        view.map((word) => word.replace(/[:=?!#].*$/, '')),
      )
      return void say(`${tab} ${what}s ${view.join(' ')}`)
    }
    case 'get':
      return void say(`${tab} gets ${any.id}`)
    case 'load':
      world.shown.delete(tab)
      return void say(`${tab} loads`)
    case 'again':
      return void say(`commit ${any.id} on ${leaf} ${any.of}`)
    case 'told':
      return void say(`${tab} is told`)
    case 'choose':
      return void say(`${tab} chooses ${damage < 9 ? leaf : any.id}`)
    case 'strike':
      return void say('fault 1 strikes')
    case 'heal':
      return void say('fault 1 heals')
    default:
      return void say(`${tab} ${what}s`)
  }
}

function commit(world: World, say: (words: string) => void, node: Node, more = ''): void {
  if (!world.nodes.some(({id}) => id === node.id)) world.nodes.push(node)
  say(`commit ${node.id} ${node.parent === null ? '' : `on ${node.parent}`} ${node.of}${more}`)
}

/** The path from the first message to this one; some have their last messages cut, one taken out, doubled or swapped. */
function damagedPath(world: World, id: string, other: number, damage: number, isFull: boolean): string[] {
  const path: string[] = []
  for (let at: string | null | undefined = id; at && path.length < 30;) {
    path.unshift(at)
    const here: string = at
    at = world.nodes.find((node) => node.id === here)?.parent
  }
  const place = other % path.length
  const last = path.length - 1
  switch (damage) {
    case 0:
      return path.slice(0, place)
    case 1:
      return path.toSpliced(place, 1)
    case 2:
      return path.toSpliced(place, 0, path[(place + 1) % path.length]!)
    case 3:
      return path.with(place, path[last]!).with(last, path[place]!)
    case 4:
      return path.with(place, `${path[place]!}:${other % 10}`)
    case 5:
      return path.with(last, `${path[last]!}${other % 2 === 0 ? '?' : '!'}`)
    case 6:
      return path.with(last, `${path[last]!}${isFull ? '#x' : '=7'}`)
    case 7:
      return [...path, `x${other % 2}${other % 3 === 0 ? ':3' : ''}`]
    default:
      return path
  }
}
