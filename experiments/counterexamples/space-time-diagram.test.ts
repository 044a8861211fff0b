import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {TEST_LIMITS} from '../guarantees/against-oracle.ts'
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import {SENT} from '../guarantees/held-to.ts'
import {randomStory} from '../guarantees/random-story.ts'
import {storyOf} from '../guarantees/story.ts'
import {escape} from '../report/html.ts'
import {BROKEN_STORIES, FORK} from './broken-stories.ts'
import {inWords} from './in-words.ts'
import {counterExampleOf} from './minimise.ts'
import {spaceTimeDiagram} from './space-time-diagram.ts'

const stories = Object.entries(BROKEN_STORIES) as [GuaranteeName, string][]
const WIDTHS = [340, 720] as const

const drawn = (text: string, name: GuaranteeName, widthPx = 720) =>
  spaceTimeDiagram(counterExampleOf(storyOf(text), name, TEST_LIMITS)!, {widthPx})

const count = (svg: string, pattern: RegExp): number => [...svg.matchAll(pattern)].length

/** Every element is closed in its order, and no number is missing. */
function expectWellFormed(svg: string): void {
  const open: string[] = []
  for (const [, slash, name = '', , selfClosing] of svg.matchAll(/<(\/?)([a-z]+)((?:\s[^>]*?)?)(\/?)>/g)) {
    if (slash === '/') expect(open.pop()).toBe(name)
    else if (selfClosing !== '/') open.push(name)
  }
  expect(open).toEqual([])
  expect(svg).not.toMatch(/NaN|undefined|Infinity|="null"/)
}

type Box = {readonly x: number; readonly y: number; readonly width: number; readonly text: string}

/** As wide as the characters of the font on average, as high as its small letters. */
function labelsIn(svg: string): readonly Box[] {
  const texts = [...svg.matchAll(/<text class="label" text-anchor="(start|end)"[^>]*>(.*?)<\/text>/g)]
  return texts.flatMap(([, anchor, inside = '']) =>
    [...inside.matchAll(/<tspan x="([^"]+)" y="([^"]+)">([^<]*)</g)].map(([, x, y, text = '']) => {
      const width = text.length * 6
      return {x: Number(x) - (anchor === 'end' ? width : 0), y: Number(y), width, text}
    }),
  )
}

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && Math.abs(a.y - b.y) < 11

function expectReadable(svg: string): void {
  const labels = labelsIn(svg)
  for (const [index, one] of labels.entries())
    for (const other of labels.slice(index + 1))
      expect([overlap(one, other), one.text, other.text]).toContain(false)
  const times = [...svg.matchAll(/<text class="time" x="[^"]+" y="([^"]+)"/g)].map(([, y]) => Number(y))
  for (const [index, y] of times.entries()) expect(y - (times[index - 1] ?? -100)).toBeGreaterThan(14)
}

test.each(stories)('[CX6] %s is drawn, and no label meets another, wide or narrow', (name, text) => {
  for (const widthPx of WIDTHS) {
    const svg = drawn(text, name, widthPx)
    expectWellFormed(svg)
    expectReadable(svg)
    expect(count(svg, /class="broken"/g)).toBe(1)
  }
})

test('[CX6] whatever is broken can be drawn', () => {
  const names = stories.map(([name]) => name)
  fc.assert(
    fc.property(
      randomStory(),
      fc.constantFrom(...names),
      fc.constantFrom(...WIDTHS),
      (text, name, widthPx) => {
        const found = counterExampleOf(storyOf(text), name, TEST_LIMITS)
        if (found === null) return
        const svg = spaceTimeDiagram(found, {widthPx})
        expectWellFormed(svg)
        expectReadable(svg)
      },
    ),
    {numRuns: 300},
  )
})

test('[CX6] a fork has its lanes, its four messages on their way, and the one that never arrived', () => {
  const svg = drawn(FORK, 'noSilentFork')
  for (const lane of ['tab A', 'server', 'tab B']) expect(svg).toContain(`>${lane}</text>`)
  expect(count(svg, /class="message send"/g)).toBe(2)
  expect(count(svg, /class="message show"/g)).toBe(2)
  expect(count(svg, /class="never"/g)).toBe(1)
  expect(svg).toContain('>without m3</text>')
  expect(svg).toMatch(/class="label"[^>]*font-weight="700"[^>]*><tspan[^>]*>m4 beside m3</)
})

test('[CX6] what a tab was, and the fault that stood, are bands', () => {
  const hidden = drawn(BROKEN_STORIES.monotonicReadsOfPerson, 'monotonicReadsOfPerson')
  expect(count(hidden, /class="state hidden"/g)).toBe(1)
  expect(count(hidden, /class="state visible"/g)).toBe(2)
  const faulty = drawn(BROKEN_STORIES.noLostUpdate, 'noLostUpdate')
  expect(count(faulty, /class="fault"/g)).toBe(1)
  expect(faulty).toContain('>blackhole heals</tspan>')
})

test('[CX6] who does not see it is told the same', () => {
  const found = counterExampleOf(storyOf(FORK), 'noSilentFork')!
  const svg = spaceTimeDiagram(found)
  expect(svg).toMatch(/^<svg [^>]*role="img"/)
  expect(svg).toContain('<title>Space–time diagram: no silent fork is broken (SG21)</title>')
  expect(svg).toContain(`<desc>${escape(inWords(found).join(' '))}`)
})

test('[CX6] every colour is a variable of the page', () => {
  for (const [name, text] of stories)
    for (const [, colour] of drawn(text, name).matchAll(/(?:fill|stroke)="([^"]*)"/g))
      expect(colour).toMatch(/^(?:none|var\(--[a-z\d-]+\))$/)
})

test('[CX6] a long wait is folded and says how long it was', () => {
  const long = `${SENT}; 60000 B shows m1 a1`
  const svg = drawn(long, 'monotonicReadsOfPerson')
  expect(svg).toContain('>58 s</text>')
  const height = Number(/ height="(\d+)"/.exec(svg)?.[1])
  expect(height).toBeLessThan(600)
})
