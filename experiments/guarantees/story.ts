/**
 * Histories in a compact notation, for tests: one happening a line or between semicolons, 100 ms apart unless it
 * begins with its time.
 * Messages whose name begins with `a` are answers, the others a person's; each has ten characters. Of a view: `m1` whole,
 * `a1:4` being written with four characters, `a1=4` complete with four, `m2?` sending, `m2!` failed, `a1#x` with hash x.
 *
 *     A opens | A opens of v | A loads | A hides | A returns | A closes | A shows m1 a1:4 | A reads m1 a1
 *     A sends m2 on a1 | A edits m3 on a1 | A regenerates a1 on m1 | A chooses a1 | A gets m2 | A is told | A notes nothing new
 *     commit m1 | commit a1 on m1 [in other] [of v] [saying x] [long 4] | begin a1 4 | fault 1 strikes | fault 1 heals | end
 */
import {appends, commits, historyOf, lifecycle, opens, says} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import type {CellSpec, History} from '../history/history-event.ts'

const STEP_MS = 100
const BEGIN_MS = 1_000
/** Unless the story says when it ends: long enough for everything to be due. */
const REST_MS = 10_000

/** What else a story may be about; null where it is not that. */
export type Vocabulary = (at: number, words: string) => readonly Told[] | null

/** Tab names are one capital letter. Throws on what it does not understand. */
export function storyOf(text: string, more: Vocabulary = () => null, cell: Partial<CellSpec> = {}): History {
  const told: Told[] = []
  let at = BEGIN_MS
  let endAt: number | null = null
  for (const line of text.split(/[\n;]/).map((each) => each.trim())) {
    if (line === '' || line.startsWith('//')) continue
    const [, time, words = ''] = /^(?:(\d+) )?(.*)$/.exec(line) ?? []
    at = time === undefined ? at + STEP_MS : Number(time)
    if (words === 'end') endAt = at
    else told.push(...(more(at, words) ?? happening(at, words)))
  }
  return historyOf(told, {cell, footer: {at: endAt ?? at + REST_MS}})
}

function happening(at: number, words: string): Told[] {
  const [first = '', verb = '', ...rest] = words.split(' ')
  const told =
    first === 'commit'
      ? commit(at, verb, rest)
      : first === 'begin'
        ? [appends(at, verb, Number(rest[0]))]
        : first === 'fault'
          ? [fault(at, Number(verb), rest[0] ?? '')]
          : ofTab(at, first, verb, rest)
  if (told === null) throw new TypeError(`the story says what nobody understands: ${words}`)
  return told
}

function commit(at: number, messageId: string, rest: readonly string[]): Told[] {
  const about = new Map(
    rest.flatMap((word, index) => (index % 2 === 0 ? [[word, rest[index + 1] ?? '']] : [])),
  )
  return [
    commits(at, messageId, {
      parentId: about.get('on') ?? null,
      role: messageId.startsWith('a') ? 'assistant' : 'user',
      conversationId: about.get('in') ?? 'conversation',
      userId: about.get('of') ?? 'u',
      textHash: `#${about.get('saying') ?? messageId}`,
      chars: Number(about.get('long') ?? 10),
    }),
  ]
}

function fault(at: number, faultId: number, what: string): Told {
  if (what === 'heals') return {kind: 'fault', at, event: {kind: 'fault-healed', at, faultId, why: 'healed'}}
  const target = {owner: 'A', on: 'everything'} as const
  return {kind: 'fault', at, event: {kind: 'fault-began', at, faultId, fault: {name: 'blackhole'}, target}}
}

function ofTab(at: number, tab: string, verb: string, rest: readonly string[]): Told[] | null {
  const [object = '', , place = ''] = rest
  switch (verb) {
    case 'opens':
      return [opens(at, tab, {userId: rest[1] ?? 'u'}), lifecycle(at, tab, 'loaded', 'visible')]
    case 'loads':
      return [lifecycle(at, tab, 'loaded', 'visible')]
    case 'hides':
      return [lifecycle(at, tab, 'visibilitychange', 'hidden')]
    case 'returns':
      return [lifecycle(at, tab, 'visibilitychange', 'visible')]
    case 'closes':
      return [{kind: 'tab-state', at, tab, state: 'closed'}]
    case 'shows':
      return [says(at, tab, {kind: 'shown', view: rest.map(entry)})]
    case 'reads':
      return [
        says(at, tab, {
          kind: 'reading',
          label: 'read',
          conversationId: null,
          connection: 'connected',
          view: rest.map((word) => ({
            ...entry(word),
            textHash: `#${/#(.+)$/.exec(word)?.[1] ?? idIn(word)}`,
          })),
        }),
      ]
    case 'sends':
      return [says(at, tab, {kind: 'acted', act: 'sent', messageId: object, parentId: place})]
    case 'edits':
      return [says(at, tab, {kind: 'acted', act: 'edited', messageId: object, parentId: place})]
    case 'regenerates':
      return [says(at, tab, {kind: 'acted', act: 'regenerated', messageId: object, parentId: place})]
    case 'chooses':
      return [says(at, tab, {kind: 'branch-chosen', messageId: object})]
    case 'gets':
      return [
        says(at, tab, {kind: 'received', via: 'answer-stream', topic: null, messageIds: [object], bytes: 1}),
      ]
    case 'is':
      return [says(at, tab, {kind: 'notice', text: 'This conversation changed in another tab.'})]
    case 'notes':
      return [says(at, tab, {kind: 'notice', text: 'The answer was cut off.'})]
    default:
      return null
  }
}

const idIn = (word: string): string => word.replace(/[:=?!#].*$/, '')

function entry(word: string) {
  const [, mark = '', chars = ''] = /([:=])(\d+)/.exec(word) ?? []
  if (mark !== '')
    return {id: idIn(word), chars: Number(chars), status: mark === ':' ? 'streaming' : 'complete'}
  const status = word.endsWith('?') ? 'sending' : word.endsWith('!') ? 'failed' : 'complete'
  return {id: idIn(word), chars: 10, status}
}
