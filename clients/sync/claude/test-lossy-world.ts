/**
 * A log, a network that loses, doubles and reorders pushes, and one tab at a position: every message, answer and reading
 * moves only when the test says so. The model beside the machine is as simple as can be: a list of what was committed.
 */
import {BEGINNING} from '#protocol/offset.ts'
import {next, type Answer, type Arrived, type Position, type PositionEvent} from './position.ts'

/** How often each is taken of what can be taken: much is said, little is lost for good. */
const WEIGHTS = {
  commit: 6,
  'commit-long': 1,
  'new-epoch': 1,
  trim: 1,
  push: 8,
  'push-again': 2,
  'lose-push': 2,
  'answer-made': 4,
  'answer-arrives': 4,
  'answer-lost': 1,
  'read-made': 4,
  'read-arrives': 4,
  'read-lost': 1,
  'wait-over': 2,
  check: 1,
} as const
type Step = keyof typeof WEIGHTS
const STEPS = (Object.keys(WEIGHTS) as Step[]).flatMap((step) =>
  Array.from({length: WEIGHTS[step]}, () => step),
)

type Entry = {readonly offset: string; readonly event: number}
type Question = {
  readonly from: {readonly epoch: string; readonly offset: string} | null
  made: Answer<number> | null
}
type Reading = {made: readonly number[] | null}

export function createLossyWorld() {
  /** Every message ever, in order: the store. Its number is its name. */
  let count = 0
  let epoch = 1
  let log: Entry[] = []
  let lastOffset = BEGINNING
  let isTrimmed = false
  let onTheWay: Arrived<number>[] = []
  let state: Position<number> = {name: 'nowhere'}
  let question: Question | null = null
  let reading: Reading | null = null
  const shown = new Set<number>()
  const delivered = new Set<number>()
  const mistakes: string[] = []

  const all = () => Array.from({length: count}, (_, index) => index)

  function feed(event: PositionEvent<number>): void {
    const step = next(state, event)
    state = step.state
    for (const message of step.deliver) {
      if (delivered.has(message)) mistakes.push(`${message} was taken over twice`)
      if (all().some((before) => before < message && !shown.has(before)))
        mistakes.push(`${message} was taken over before what comes before it`)
      delivered.add(message)
      shown.add(message)
    }
    if (step.begins !== null && (question || reading)) mistakes.push('two things were under way at once')
    if (step.begins === 'question' && state.name === 'asking') question = {from: state.at, made: null}
    if (step.begins === 'reading') reading = {made: null}
  }

  function commit(isLong: boolean): void {
    const offset = `1-${Number(lastOffset.split('-')[1] ?? 0) + 1}`
    const event = count++
    const place = {epoch: `e${epoch}`, offset, previousOffset: lastOffset}
    log.push({offset, event})
    lastOffset = offset
    onTheWay.push({place, event: isLong ? null : event})
  }

  function answerTo({from}: Question): Answer<number> {
    const head = {epoch: `e${epoch}`, offset: lastOffset}
    if (from === null) return {...head, recovered: true, events: []}
    const seq = (offset: string) => Number(offset.split('-')[1] ?? 0)
    const isKnown = from.epoch === head.epoch
    const isThere = !isTrimmed || seq(from.offset) + 1 >= seq(log[0]?.offset ?? lastOffset)
    if (!isKnown || !isThere) return {...head, recovered: false, events: []}
    return {...head, recovered: true, events: log.filter(({offset}) => seq(offset) > seq(from.offset))}
  }

  function isPossible(step: Step): boolean {
    switch (step) {
      case 'commit':
      case 'commit-long':
      case 'new-epoch':
      case 'check':
        return true
      case 'trim':
        return log.length > 1
      case 'push':
      case 'push-again':
      case 'lose-push':
        return onTheWay.length > 0
      case 'answer-made':
        return question?.made === null
      case 'answer-arrives':
        return question !== null && question.made !== null
      case 'answer-lost':
        return question !== null
      case 'read-made':
        return reading?.made === null
      case 'read-arrives':
        return reading !== null && reading.made !== null
      case 'read-lost':
        return reading !== null
      case 'wait-over':
        return state.name === 'waiting'
    }
  }

  const pick = (choice: number) => onTheWay[choice % Math.max(1, onTheWay.length)]

  function take(step: Step, choice: number): void {
    switch (step) {
      case 'commit':
      case 'commit-long':
        return commit(step === 'commit-long')
      case 'new-epoch':
        epoch += 1
        log = []
        lastOffset = BEGINNING
        isTrimmed = false
        return
      case 'trim':
        isTrimmed ||= log.length > 1
        log = log.slice(-1)
        return
      case 'push':
      case 'push-again': {
        const arrived = pick(choice)
        if (!arrived) return
        if (step === 'push') onTheWay = onTheWay.filter((one) => one !== arrived)
        return feed({type: 'pushed', arrived})
      }
      case 'lose-push':
        onTheWay = onTheWay.filter((one) => one !== pick(choice))
        return
      case 'answer-made':
        if (question) question.made ??= answerTo(question)
        return
      case 'answer-arrives': {
        if (!question?.made) return
        const answer = question.made
        question = null
        return feed({type: 'answered', answer})
      }
      case 'answer-lost':
        if (!question) return
        question = null
        return feed({type: 'failed'})
      case 'read-made':
        if (reading) reading.made ??= all()
        return
      case 'read-arrives': {
        if (!reading?.made) return
        for (const message of reading.made) shown.add(message)
        reading = null
        return feed({type: 'read'})
      }
      case 'read-lost':
        if (!reading) return
        reading = null
        return feed({type: 'failed'})
      case 'wait-over':
        return state.name === 'waiting' ? feed({type: 'due'}) : undefined
      case 'check':
        return feed(state.name === 'nowhere' ? {type: 'begun'} : {type: 'due'})
    }
  }

  return {
    take,
    /** One of the steps that are possible now. */
    draw(choice: number): void {
      const possible = STEPS.filter(isPossible)
      take(possible[choice % possible.length] ?? 'commit', Math.floor(choice / possible.length))
    },
    mistakes,
    shown: () => [...shown].toSorted((a, b) => a - b),
    committed: all,
    losePushes: () => void (onTheWay = []),
    check: () => take('check', 0),
    /** From now on everything is answered. */
    settle(): void {
      const steps: readonly Step[] = [
        'wait-over',
        'answer-made',
        'answer-arrives',
        'read-made',
        'read-arrives',
      ]
      for (let round = 0; round < 10 && state.name !== 'following'; round += 1)
        for (const step of steps) take(step, 0)
      if (state.name !== 'following') mistakes.push(`the tab is still ${state.name}`)
    },
  }
}
