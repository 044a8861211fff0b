import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {UsageError} from '../usage-error.ts'
import {openRun, readManifest, runFolder} from './run-folder.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tabwitness-run-'))
})
afterEach(() => rmSync(root, {recursive: true}))

const refusal = (act: () => unknown) => {
  try {
    act()
  } catch (error) {
    return error instanceof UsageError ? error.message : error
  }
  return 'nothing was refused'
}

test('[HI6] a folder that is not there is refused by name', () => {
  expect(refusal(() => openRun(join(root, 'none')))).toContain(`There is no folder ${root}`)
})

test('[HI6] a results folder that is a file is refused', () => {
  writeFileSync(join(root, 'results'), '')
  expect(refusal(() => openRun(join(root, 'results')))).toContain('is a file. Give a folder')
})

test('[HI6] a folder without a manifest is refused', () => {
  expect(refusal(() => openRun(root))).toContain('is not a run: it has no manifest.json')
})

test('[HI6] a manifest that is not JSON, or not a manifest, is refused with the reason', () => {
  const folder = runFolder(root)
  writeFileSync(folder.manifest, '{')
  expect(refusal(() => readManifest(folder))).toContain('cannot be read as JSON')
  writeFileSync(folder.manifest, '{"format": 2}')
  expect(refusal(() => readManifest(folder))).toContain('is not a manifest of this version: format')
})
