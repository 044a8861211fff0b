import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {History} from '../history/history-event.ts'
import {parseHistory} from '../history/history-reader.ts'
import {GUARANTEES} from './guarantee.ts'
import {guaranteesOf, guaranteesOfFile} from './guarantees-of.ts'
import {CALM, SENT} from './held-to.ts'
import {storyOf} from './story.ts'

/** The story as a file has it: header, events in the order told, footer. */
function linesOf({header, events, footer}: History): string[] {
  const withoutLine = (key: string, value: unknown) => (key === 'line' ? undefined : value)
  const told = events.toSorted((a, b) => a.line - b.line).map((event) => JSON.stringify(event, withoutLine))
  return [JSON.stringify(header), ...told, JSON.stringify(footer)]
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tabwitness-guarantees-'))
})
afterAll(() => rmSync(folder, {recursive: true}))

function ofText(text: string) {
  const file = join(folder, 'history.jsonl')
  writeFileSync(file, text)
  return guaranteesOfFile(file)
}
const textOf = (lines: readonly string[]) => `${lines.join('\n')}\n`

const FORKED = `${SENT}; B sends m3 on a1; commit m3 on a1; B shows m1 a1 m3`

describe('what is said of a history', () => {
  test('[SG5] the weakest guarantee that is broken comes first', () => {
    const {verdict, weakest, broken} = guaranteesOf(storyOf(FORKED))
    expect(verdict).toBe('invalid')
    expect(weakest).toBe('convergence')
    expect(broken).toEqual([
      'convergence',
      'monotonicWritesOfPerson',
      'monotonicReadsOfPerson',
      'readYourWritesOfPerson',
      'writesFollowReadsOfPerson',
      'noSilentFork',
    ])
    expect(guaranteesOf(storyOf(`${FORKED}; A shows m1 a1 x1`)).weakest).toBe('noPhantom')
  })

  test('[SG21] a violation names the lines that prove it, in the order of the story', () => {
    const {of} = guaranteesOf(storyOf(FORKED))
    // Header 1, A opens 2–3, B opens 4–5, m1 6, a1 7, views 8–9, A sends 10, shows 11, m2 12, shows 13.
    expect(of.noSilentFork).toMatchObject({
      verdict: 'invalid',
      because: [{rule: 'SG21', tab: 'B', lines: [12, 14, 15]}],
      details: {sent: 2, violations: 1},
    })
    expect(of.readYourWritesOfPerson).toMatchObject({because: [{rule: 'SG18', tab: 'B', lines: [13, 14]}]})
  })

  test('[SG5] what nobody broke is valid, and says how much was judged', () => {
    const {verdict, weakest, of, refused} = guaranteesOf(storyOf(`${SENT}; B shows m1 a1 m2`))
    expect({verdict, weakest, refused}).toEqual({verdict: 'valid', weakest: null, refused: null})
    expect(Object.keys(of)).toEqual(Object.keys(GUARANTEES))
    expect(of.readYourWrites).toEqual({verdict: 'valid', details: {writes: 1}})
  })

  test('[SG22] k-staleness is told without a limit', () => {
    const {kStaleness, of} = guaranteesOf(storyOf(`${SENT}; commit a2 on m2; B sends m3 on a1`))
    // Four views of A and B and two acts; at its own act A was fresh, at B's two commits were missing.
    expect(kStaleness).toEqual({reads: 6, byBehind: [5, 0, 1], maxBehind: 2, maxBehindAtActs: 2})
    expect(of.boundedStaleness).toMatchObject({verdict: 'valid', details: {reads: 6, maxBehind: 2}})
  })

  test('[SG23] t-visibility is told with its interval, and what was not seen is censored', () => {
    const {tVisibility} = guaranteesOf(storyOf(`${CALM}; commit m2 on a1; 2000 A shows m1 a1 m2`))
    expect(tVisibility).toMatchObject({pairs: 2, censored: 1})
    const within = (ms: number) => tVisibility?.within.find(({withinMs}) => withinMs === ms)
    expect(within(100)).toMatchObject({share: 0, lower: 0})
    expect(within(500)?.share).toBe(0.5)
    expect(within(500)?.lower).toBeGreaterThan(0)
    expect(within(500)?.upper).toBeLessThan(1)
    expect(within(15_000)).toEqual({withinMs: 15_000, share: null, lower: null, upper: null})
  })

  test('[SG6] a history of nothing guarantees everything', () => {
    expect(guaranteesOf(storyOf('')).verdict).toBe('valid')
  })
})

describe('[SG6] what cannot be judged is unknown, with the line to blame', () => {
  const lines = linesOf(storyOf(FORKED))
  const broken: Record<string, {text: string; line: number}> = {
    'cut in mid-line': {text: textOf(lines).slice(0, -20), line: lines.length},
    'cut between two lines': {text: textOf(lines.slice(0, 9)), line: 9},
    'an event that is none of ours': {
      text: textOf(lines.toSpliced(6, 0, '{"kind":"weather","at":1}')),
      line: 7,
    },
    'an event without its time': {text: textOf(lines.with(7, lines[7]!.replace(/"at":\d+,/, ''))), line: 8},
    'not JSON': {text: textOf(lines.with(4, 'what?')), line: 5},
    'a newer format': {
      text: textOf(lines.with(0, lines[0]!.replace(/"format":\d+/, '"format":99'))),
      line: 1,
    },
    'no header': {text: textOf(lines.slice(1)), line: 1},
    'two footers': {text: textOf([...lines, lines.at(-1)!]), line: lines.length},
    'a footer that counts other lines': {text: textOf(lines.toSpliced(3, 1)), line: lines.length - 1},
    'commits out of order': {text: textOf(lines.with(5, lines[6]!).with(6, lines[5]!)), line: 7},
    'views of a tab out of order': {text: textOf(lines.with(7, lines[10]!).with(10, lines[7]!)), line: 11},
    'a view after the end': {
      text: textOf(lines.with(lines.length - 2, lines.at(-2)!.replace(/"at":\d+/, '"at":99999'))),
      line: lines.length - 1,
    },
    'a commit before the beginning': {
      text: textOf(lines.with(5, lines[5]!.replace(/"at":\d+/, '"at":-9'))),
      line: 6,
    },
    'a message below itself': {
      text: textOf(lines.with(5, lines[5]!.replace('"parentId":null', '"parentId":"m2"'))),
      line: 6,
    },
    'nothing at all': {text: '', line: 1},
  }

  test.each(Object.entries(broken))('%s', (_, {text, line}) => {
    const verdicts = ofText(text)
    expect(verdicts.verdict).toBe('unknown')
    expect(verdicts.refused?.line).toBe(line)
    expect(verdicts.broken).toEqual([])
    for (const verdict of Object.values(verdicts.of))
      expect(verdict).toEqual({verdict: 'unknown', why: `line ${line}: ${verdicts.refused?.why}`})
    const whole = parseHistory(text)
    // What the reader of whole histories refuses is refused in the same words.
    if (!whole.ok) expect(verdicts.refused).toEqual({line: whole.line, why: whole.why})
    else expect(guaranteesOf(whole.history)).toEqual(verdicts)
  })

  test('a file that is not there', () => {
    const {verdict, refused} = guaranteesOfFile(join(folder, 'nowhere.jsonl'))
    expect(verdict).toBe('unknown')
    expect(refused).toEqual({line: 0, why: 'the file cannot be read (ENOENT)'})
  })

  test('cut anywhere it is never a pass', () => {
    const text = textOf(lines)
    for (let length = 0; length < text.length; length += 97)
      expect(ofText(text.slice(0, length)).verdict).toBe('unknown')
  })

  test('whole it is judged as it is in memory, whatever the order of its lines', () => {
    expect(ofText(textOf(lines))).toEqual(guaranteesOf(storyOf(FORKED)))
    const late = lines.toSpliced(7, 1).toSpliced(9, 0, lines[7]!)
    const read = parseHistory(textOf(late))
    expect(read.ok && guaranteesOf(read.history)).toEqual(ofText(textOf(late)))
  })

  test('a text of several bytes a character may lie across two chunks', () => {
    const wide = lines.with(0, lines[0]!.replace('"seed":"seed"', `"seed":"${'–'.repeat(200_000)}"`))
    expect(ofText(textOf(wide)).verdict).toBe('invalid')
    expect(readFileSync(join(folder, 'history.jsonl')).length).toBeGreaterThan(600_000)
  })
})
