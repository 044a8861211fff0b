/**
 * A run that is killed in mid-run goes on where it was: what was finished is kept byte for byte, nothing is done twice.
 * And a run of the same seed is the same run: its cells, its texts, its verdicts.
 */
import {fork, type ChildProcess} from 'node:child_process'
import {createHash} from 'node:crypto'
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {createInterface} from 'node:readline'
import {afterAll, expect, test} from 'vitest'
import {readHistory} from '../history/history-reader.ts'
import {isFinished} from '../history/history-writer.ts'
import {judgeRun} from '../report/summarise.ts'
import {predictionOf} from '../scenarios/registry.ts'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'

const browserPath = await findBrowser()
const out = mkdtempSync(join(tmpdir(), 'tabwitness-resume-test-'))
afterAll(() => rmSync(out, {recursive: true, force: true, maxRetries: 5}))

const RUN = 'run cross-tab-staleness --suite smoke --platform chatgpt --parallel 1 --window-ms 2000'

const start = (...args: string[]): ChildProcess =>
  fork(
    inProject('experiments/cli.ts'),
    [...args, '--json', '--out', out, '--browser-path', browserPath ?? ''],
    {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    },
  )

const ended = (child: ChildProcess) =>
  new Promise<number | null>((resolve) => void child.once('exit', resolve))

async function killAfterFirstCell(child: ChildProcess): Promise<void> {
  for await (const line of createInterface({input: child.stdout!})) {
    if (line.includes('"last"')) break
  }
  const gone = ended(child)
  child.kill('SIGKILL')
  await gone
}

function finished(run: string): ReadonlyMap<string, string> {
  const cells = join(out, run, 'cells')
  const names = readdirSync(cells).filter((name) => name.endsWith('.jsonl') && isFinished(join(cells, name)))
  return new Map(
    names.map((name) => [
      name,
      createHash('sha256')
        .update(readFileSync(join(cells, name)))
        .digest('hex'),
    ]),
  )
}

test.skipIf(browserPath === null)(
  '[HI4] a run killed in mid-run is resumed: finished cells stay byte for byte, the rest is done, nothing twice',
  async () => {
    await killAfterFirstCell(start(...RUN.split(' ')))
    const [run = ''] = readdirSync(out)
    const before = finished(run)
    expect(before.size).toBeGreaterThanOrEqual(1)

    await toItsEnd(start('run', '--resume', run))

    const {order} = JSON.parse(readFileSync(join(out, run, 'manifest.json'), 'utf8')) as {order: string[]}
    const after = finished(run)
    expect([...after.keys()].toSorted()).toEqual(order.map((id) => `${id}.jsonl`).toSorted())
    for (const [name, hash] of before) expect(after.get(name)).toBe(hash)
    expect(readdirSync(out)).toEqual([run])
  },
  60_000,
)

test.skipIf(browserPath === null)(
  '[HI2] a second run of the same seed has the same cells, texts and verdicts',
  async () => {
    const [first = ''] = readdirSync(out)
    await toItsEnd(start(...RUN.split(' ')))
    const second = readdirSync(out).find((name) => name !== first) ?? ''
    expect(toldBy(second)).toEqual(toldBy(first))
  },
  60_000,
)

async function toItsEnd(child: ChildProcess): Promise<void> {
  child.stdout!.resume()
  await ended(child)
}

/** By cell: what was said in it (by hash, in the order of the commits) and how it was judged. */
function toldBy(run: string): ReadonlyMap<string, unknown> {
  const {judgements} = judgeRun(join(out, run), predictionOf)
  return new Map(
    judgements
      .toSorted((a, b) => (a.cellId < b.cellId ? -1 : 1))
      .map(({cellId, validity, outcome, observed}) => {
        const read = readHistory(join(out, run, 'cells', `${cellId}.jsonl`))
        const events = read.ok ? read.history.events : []
        const texts = events.flatMap((event) =>
          event.kind === 'ledger' && event.event.kind === 'committed' ? [event.event.textHash] : [],
        )
        return [cellId, {validity, outcome, observed, texts}]
      }),
  )
}
