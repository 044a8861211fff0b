import {existsSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, expect, test} from 'vitest'
import {historyOf, opens, windowOpens, type Told} from '../history/history-builder.ts'
import type {RunFolder} from '../history/run-folder.ts'
import {captured, pushed, push, turnComplete} from '../triggers/test-captures.ts'
import {writeFrames} from './frames-file.ts'
import {recordRun} from './run-builder.ts'

let folder: RunFolder
afterEach(() => rmSync(folder.root, {recursive: true}))

/** What is in the file of frames; null where there is none. */
function framesOf(...told: readonly Told[]): readonly unknown[] | null {
  folder = recordRun([historyOf([opens(1, 'B'), windowOpens(2), ...told], {cellId: 'c1'})])
  writeFrames(folder, 'c1', writeFileSync)
  const file = join(folder.artifacts, 'c1', 'frames.jsonl')
  if (!existsSync(file)) return null
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

test('[TG1] the frames of a cell are kept as they were, one a line, and nothing else of its history', () => {
  const notice = push('p1', 'OpenChat', 'completion', 'm1')
  const frames = framesOf(captured(5, turnComplete), pushed(7, notice))
  expect(frames).toMatchObject([
    {at: 5, channel: 'celsius', tab: 'B', bytes: 180, raw: turnComplete},
    {at: 7, channel: 'fcm', tab: null, device: 'laptop', raw: notice},
  ])
  expect(JSON.stringify(frames)).not.toContain('"kind"')
})

test('where nothing was captured there is no file', () => {
  expect(framesOf()).toBeNull()
})
