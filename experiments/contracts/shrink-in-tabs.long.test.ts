/** One round of shrinking in real tabs. A whole one is `shrink.long.test.ts`. */
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {readHistory} from '../history/history-reader.ts'
import {shrink} from '../replay/shrink.ts'
import {keyOf, smallerThan} from '../replay/smaller.ts'
import {Trials} from '../replay/trials.ts'
import {openPlayingGround} from '../runner/playing-ground.ts'
import {findBrowser} from '../setup/find-browser.js'
import {FORK, scripted} from './shrink-stage.ts'

const browserPath = await findBrowser()
const folder = mkdtempSync(join(tmpdir(), 'tabwitness-shrink-test-'))
afterAll(() => rmSync(folder, {recursive: true, force: true, maxRetries: 5}))

test.skipIf(browserPath === null)(
  '[RP6] a silent fork needs two tabs that send, and not what another step did meanwhile',
  async () => {
    const [openA, openB, ...sends] = FORK
    const cell = scripted([openA!, openB!, {do: 'type', tab: 'B', words: 1}, ...sends])
    const ground = await openPlayingGround([cell], {browserPath: browserPath ?? '', firefoxPath: null}, 's')
    try {
      const {signal} = new AbortController()
      const trials = new Trials(
        cell,
        {kind: 'guarantee', name: 'noSilentFork'},
        {ground, folder, width: 4, signal},
      )
      const shown: (readonly boolean[])[] = []
      const {smallest} = await shrink(trials.whole, {
        smallerThan,
        keyOf,
        width: 4,
        rounds: 1,
        shows: async (wave) => {
          shown.push(await trials.shows(wave))
          return shown.at(-1) ?? []
        },
      })
      // Without either tab there is no fork; without what was typed there is.
      expect(shown).toEqual([[false, false, false, true]])
      expect(smallest).toEqual({steps: FORK, schedule: null})
      const kept = await trials.keep(smallest, 1, folder)
      expect(kept.shown).toBe(1)
      const read = readHistory(kept.files[0] ?? '')
      expect(read.ok && read.history.header.script).toEqual(FORK)
    } finally {
      await ground.close()
    }
  },
  60_000,
)
