/** Every hazard of a stale tab once, in a stock Chromium with the real pages: as a disease it shows, under its cure not. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {PLATFORMS} from '#protocol/platform.ts'
import {HAZARDS} from '../hazards/hazard.ts'
import {hazardIn} from '../hazards/hazard-in.ts'
import {readHistory} from '../history/history-reader.ts'
import {plan} from '../runner/plan.ts'
import {playCells} from '../runner/play-cells.ts'
import {staleRead} from '../scenarios/stale-read.ts'
import {findBrowser} from '../setup/find-browser.js'

const browserPath = await findBrowser()
const folder = mkdtempSync(join(tmpdir(), 'tabwitness-stale-read-test-'))
afterAll(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5}))

const SEED = 'stale-read'
const CELLS_AT_A_TIME = 3

test.skipIf(browserPath === null)(
  '[HZ3] [HZ4] every hazard shows on both platforms, and none under its cure',
  async () => {
    const cells = plan([staleRead], {
      suite: 'full',
      seed: SEED,
      browsers: ['chromium'],
      platforms: null,
      policies: null,
      states: null,
      deliveries: null,
      hazards: null,
      repetitions: 1,
      windowMs: null,
      modelSpeed: null,
      schedule: null,
    }).filter(({spec}) => spec.conditions['as'] !== 'matrix')
    const played = await playCells(cells, {
      browserPath: browserPath ?? '',
      firefoxPath: null,
      seed: SEED,
      folder,
      parallel: CELLS_AT_A_TIME,
      signal: new AbortController().signal,
    })
    const wrong = played.flatMap(({cell, file}): string[] => {
      const {platform, conditions} = cell.spec
      const about = `${conditions['hazard']}, ${platform}, ${conditions['as']}`
      const read = readHistory(file)
      if (!read.ok) return [`${about}: ${read.why}`]
      const {footer, events} = read.history
      const unmet = events.flatMap((event) =>
        event.kind === 'step' && event.outcome !== 'ok' ? [`${event.do} ${event.outcome} ${event.note}`] : [],
      )
      if (footer.failure !== null || unmet.length > 0)
        return [`${about}: ${footer.failure ?? unmet.join(', ')}`]
      const isShown = hazardIn(read.history)?.isShown
      return isShown === (conditions['as'] === 'disease') ? [] : [`${about}: ${isShown ? 'shown' : 'absent'}`]
    })
    expect(wrong).toEqual([])
    expect(played).toHaveLength(2 * PLATFORMS.length * HAZARDS.length)
  },
  600_000,
)
