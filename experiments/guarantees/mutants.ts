/** Histories with one thing damaged. Each damage says which guarantees it is made to break, where it changes anything. */
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {History, RecordedEvent} from '../history/history-event.ts'
import type {GuaranteeName} from './guarantee.ts'

/** Draws a whole number below the bound. */
export type Draw = (below: number) => number

type Shown = Extract<WitnessEvent, {kind: 'shown'}>['view'][number]
type ViewEvent = Extract<RecordedEvent, {kind: 'witness'}> & {
  readonly event: Extract<WitnessEvent, {kind: 'shown' | 'reading'}>
}
type CommitEvent = Extract<RecordedEvent, {kind: 'ledger'}> & {
  readonly event: {readonly kind: 'committed'}
}

type Damage = {
  /** At least one of them breaks; empty where the definitions alone say which. */
  readonly breaks: readonly GuaranteeName[]
  /** Null where there is nothing to damage. */
  readonly of: (history: History, draw: Draw) => readonly RecordedEvent[] | null
}

const SESSION_READS = ['monotonicReads', 'readYourWrites', 'nothingLost', 'convergence'] as const

export const DAMAGES: Readonly<Record<string, Damage>> = {
  'a view is missing': {breaks: [], of: (history, draw) => without(history, any(viewsIn(history), draw))},
  'the last of a view is gone': {
    breaks: [...SESSION_READS, 'monotonicReadsOfPerson', 'readYourWritesOfPerson'],
    of: inView((view) => (view.length < 2 ? null : view.slice(0, -1))),
  },
  'one of a view is gone': {
    breaks: [...SESSION_READS, 'monotonicReadsOfPerson', 'readYourWritesOfPerson'],
    of: inView((view, draw) => (view.length < 2 ? null : view.toSpliced(draw(view.length), 1))),
  },
  'one stands twice': {
    breaks: ['noDuplicate'],
    of: inView((view, draw) => {
      const line = any(view, draw)
      return line === null ? null : view.toSpliced(draw(view.length + 1), 0, line)
    }),
  },
  'two neighbours change places': {
    breaks: ['inOrder'],
    of: inView((view, draw) => {
      const place = draw(Math.max(1, view.length - 1))
      const [first, second] = [view[place], view[place + 1]]
      return first && second ? view.with(place, second).with(place + 1, first) : null
    }),
  },
  'one has an id that nobody knows': {
    breaks: ['noPhantom'],
    of: inView((view, draw) => changed(view, draw, (line) => ({...line, id: 'nobody'}))),
  },
  'a complete text is cut': {
    breaks: ['noPhantom'],
    of: inView((view, draw) =>
      changed(view, draw, (line) =>
        line.status === 'complete' && line.chars > 1 ? {...line, chars: draw(line.chars)} : null,
      ),
    ),
  },
  'a text that is being written is shorter': {
    breaks: ['monotonicReads'],
    of: inView((view, draw) =>
      changed(view, draw, (line) =>
        line.status === 'streaming' && line.chars > 0 ? {...line, chars: draw(line.chars)} : null,
      ),
    ),
  },
  'a reading has another text': {
    breaks: ['noPhantom', 'convergence'],
    of: inView((view, draw) =>
      changed(view, draw, (line) => ('textHash' in line ? {...line, textHash: 'another'} : null)),
    ),
  },
  'a view is late': {breaks: [], of: delayedView},
  'two commits change names': {breaks: ['inOrder', 'noPhantom', ...SESSION_READS], of: swappedNames},
  'two commits change times': {breaks: [], of: swappedTimes},
  'an act was in another tab': {breaks: [], of: actElsewhere},
  'a commit has another parent': {
    breaks: [],
    of: inCommit((event, {commits, draw}) => {
      const earlier = commits.slice(
        0,
        commits.findIndex((commit) => commit.event === event),
      )
      const parent = any(earlier, draw)?.event.messageId ?? null
      return parent === event.messageId || parent === event.parentId ? null : {...event, parentId: parent}
    }),
  },
  'a commit has another text': {
    breaks: ['noPhantom'],
    of: inCommit((event) => ({...event, textHash: 'another', chars: event.chars + 1})),
  },
  'a commit is told twice': {
    breaks: ['noDuplicate'],
    of: (history, draw) => {
      const commit = any(commitsIn(history), draw)
      return commit && history.events.toSpliced(history.events.indexOf(commit) + 1, 0, commit)
    },
  },
  'a commit is missing': {
    breaks: ['noPhantom'],
    of: (history, draw) => without(history, any(commitsIn(history), draw)),
  },
  'an act is missing': {
    breaks: [],
    of: (history, draw) =>
      without(
        history,
        any(
          history.events.filter((event) => event.kind === 'witness' && event.event.kind === 'acted'),
          draw,
        ),
      ),
  },
}

/** The damaged history, its lines numbered anew; null where this damage finds nothing to damage. */
export function mutantOf(history: History, damage: Damage, draw: Draw): History | null {
  const events = damage.of(history, draw)
  return events && renumbered({...history, events})
}

export const renumbered = (history: History): History => ({
  ...history,
  events: history.events.map((event, index): RecordedEvent => ({...event, line: index + 2})),
})

const any = <T>(from: readonly T[], draw: Draw): T | null =>
  from.length === 0 ? null : (from[draw(from.length)] ?? null)

const without = ({events}: History, event: RecordedEvent | null): readonly RecordedEvent[] | null =>
  event && events.filter((each) => each !== event)

const isView = (event: RecordedEvent): event is ViewEvent =>
  event.kind === 'witness' && (event.event.kind === 'shown' || event.event.kind === 'reading')
const viewsIn = ({events}: History): readonly ViewEvent[] => events.filter(isView)

const isCommit = (event: RecordedEvent): event is CommitEvent =>
  event.kind === 'ledger' && event.event.kind === 'committed'
const commitsIn = ({events}: History): readonly CommitEvent[] => events.filter(isCommit)

function inView(damaged: (view: readonly Shown[], draw: Draw) => readonly Shown[] | null): Damage['of'] {
  return (history, draw) => {
    const victim = any(viewsIn(history), draw)
    const view = victim && damaged(victim.event.view, draw)
    if (victim === null || view === null) return null
    // Of a reading the lines have their hashes still: they are the same objects or copies of them.
    const event = {...victim.event, view} as ViewEvent['event']
    return history.events.map((each) => (each === victim ? {...victim, event} : each))
  }
}

function changed(
  view: readonly Shown[],
  draw: Draw,
  change: (line: Shown) => Shown | null,
): readonly Shown[] | null {
  const place = draw(Math.max(1, view.length))
  const line = view[place]
  const other = line === undefined ? null : change(line)
  return other && view.with(place, other)
}

type Among = {readonly commits: readonly CommitEvent[]; readonly draw: Draw}

function inCommit(
  change: (event: CommitEvent['event'], among: Among) => CommitEvent['event'] | null,
): Damage['of'] {
  return (history, draw) => {
    const commits = commitsIn(history)
    const victim = any(commits, draw)
    const event = victim && change(victim.event, {commits, draw})
    if (victim === null || event === null) return null
    return history.events.map((each): RecordedEvent => (each === victim ? {...victim, event} : each))
  }
}

/** One view comes up after others of its tab that it was before. */
function delayedView(history: History, draw: Draw): readonly RecordedEvent[] | null {
  const victim = any(viewsIn(history), draw)
  if (victim === null) return null
  const later = viewsIn(history).filter(({tab, at}) => tab === victim.tab && at > victim.at)
  const other = any(later.slice(0, 10), draw)
  if (other === null) return null
  const rest = history.events.filter((event) => event !== victim)
  return rest.toSpliced(rest.indexOf(other) + 1, 0, {...victim, at: other.at})
}

/** The tree keeps its form: who stood below the one stands below the other. */
function swappedNames(history: History, draw: Draw): readonly RecordedEvent[] | null {
  const [first, second] = twoOf(commitsIn(history), draw)
  if (first === null || second === null) return null
  const [a, b] = [first.event.messageId, second.event.messageId]
  const other = (id: string | null) => (id === a ? b : id === b ? a : id)
  return history.events.map((event): RecordedEvent => {
    if (!isCommit(event)) return event
    const {messageId, parentId} = event.event
    return {...event, event: {...event.event, messageId: other(messageId) ?? '', parentId: other(parentId)}}
  })
}

function swappedTimes(history: History, draw: Draw): readonly RecordedEvent[] | null {
  const [first, second] = twoOf(commitsIn(history), draw)
  if (first === null || second === null) return null
  return history.events.map((event) => {
    if (event === first) return {...first, event: second.event}
    return event === second ? {...second, event: first.event} : event
  })
}

function twoOf<T>(from: readonly T[], draw: Draw): readonly [T, T] | readonly [null, null] {
  const [first, second] = [any(from, draw), any(from, draw)]
  return first === null || second === null || first === second ? [null, null] : [first, second]
}

function actElsewhere(history: History, draw: Draw): readonly RecordedEvent[] | null {
  const victim = any(
    history.events.filter((event) => event.kind === 'witness' && event.event.kind === 'acted'),
    draw,
  )
  const tab = any([...new Set(viewsIn(history).map((view) => view.tab))], draw)
  if (victim?.kind !== 'witness' || tab === null || tab === victim.tab) return null
  return history.events.map((event) => (event === victim ? {...victim, tab} : event))
}
