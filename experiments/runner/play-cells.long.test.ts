import {mkdtempSync, readdirSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {readHistory} from '../history/history-reader.ts'
import type {Step} from '../scenario/step.ts'
import {crossTabStaleness} from '../scenarios/cross-tab-staleness.ts'
import {findBrowser} from '../setup/find-browser.js'
import {plan, withScript, type PlannedCell} from './plan.ts'
import {playCells, type PlayedCell} from './play-cells.ts'

const browserPath = await findBrowser()
const folder = mkdtempSync(join(tmpdir(), 'tabwitness-play-test-'))
afterAll(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5}))

const [own] = plan([crossTabStaleness], {
  suite: 'smoke',
  seed: 's',
  browsers: ['chromium'],
  platforms: ['chatgpt'],
  policies: ['content'],
  states: null,
  deliveries: null,
  hazards: null,
  repetitions: 1,
  windowMs: null,
  modelSpeed: null,
  schedule: null,
}) as [PlannedCell]
const script: readonly Step[] = [
  {do: 'open', tab: 'A', device: 'device-1', state: 'visible'},
  {do: 'open', tab: 'B', device: 'device-1', state: 'visible'},
  {do: 'send', tab: 'A', words: 3},
  {do: 'recover', tabs: ['A', 'B'], upToMs: 5_000},
  {do: 'read', tabs: ['A', 'B'], label: 'final'},
]
const scripted = withScript(own, script, null)

test.skipIf(browserPath === null)(
  '[RP3] cells are played without a run, with the steps they are given; of what is ended nothing is left',
  async () => {
    const again = {...scripted, id: `${scripted.id}-2`}
    const endless = withScript(own, [...script, {do: 'pause', forMs: 600_000}], null)
    const controller = new AbortController()
    const names = new Set<string>()
    const onPlayed = ({cell}: PlayedCell) => {
      names.add(cell.id)
      if (names.size === 2) controller.abort()
    }
    const place = {browserPath: browserPath ?? '', firefoxPath: null, seed: 's', folder, parallel: 3}
    const cells = [scripted, again, endless]
    const played = await playCells(cells, {...place, signal: controller.signal, onPlayed})
    expect(names).toEqual(new Set([scripted.id, again.id]))
    expect(new Set(played.map(({cell}) => cell.id))).toEqual(names)
    expect(new Set(readdirSync(folder))).toEqual(new Set([...names].map((id) => `${id}.jsonl`)))
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith(`tabwitness-${process.pid}-`))).toEqual([])

    const histories = played.map(({file}) => readHistory(file))
    for (const read of histories) {
      if (!read.ok) throw new Error(read.why)
      const {header, events, footer} = read.history
      expect(header.script).toEqual(script)
      expect(footer.failure).toBeNull()
      expect(events.filter(({kind}) => kind === 'server-view')).toHaveLength(1)
    }
    // Both are the same cell, and say the same.
    expect(textsOf(histories[0]!)).toEqual(textsOf(histories[1]!))
  },
  60_000,
)

function textsOf(read: ReturnType<typeof readHistory>): readonly string[] {
  if (!read.ok) return []
  return read.history.events.flatMap((event) =>
    event.kind === 'ledger' && event.event.kind === 'committed' ? [event.event.textHash] : [],
  )
}

test('[RP2] a cell with other steps is another cell with the same texts', async () => {
  expect(scripted.id).not.toBe(own.id)
  expect(withScript(scripted, script, null)).toEqual(scripted)
  expect(withScript(own, script.slice(1), null).id).not.toBe(scripted.id)
})
