import {chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {findBrowser} from './find-browser.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tabwitness-browsers-'))
})
afterEach(() => rmSync(folder, {recursive: true}))

function program(...parts: string[]): string {
  const file = join(folder, ...parts)
  mkdirSync(join(file, '..'), {recursive: true})
  writeFileSync(file, '#!/bin/sh\n')
  chmodSync(file, 0o755)
  return file
}

test('TABWITNESS_BROWSER comes before everything that is installed', async () => {
  program('chromium')
  const mine = program('mine')
  expect(await findBrowser({env: {TABWITNESS_BROWSER: mine, PATH: folder}, platform: 'linux'})).toBe(mine)
})

test('a TABWITNESS_BROWSER that cannot be executed is bad usage, never passed over', async () => {
  writeFileSync(join(folder, 'text'), '')
  const search = (name: string) => findBrowser({env: {TABWITNESS_BROWSER: join(folder, name), PATH: ''}})
  await expect(search('text')).rejects.toMatchObject({
    exitCode: 64,
    message: /is not a file that can be executed; give/,
  })
  await expect(search('absent')).rejects.toMatchObject({
    exitCode: 64,
    message: /is not there; give the executable/,
  })
})

test('on PATH, Chrome comes before Chromium wherever the two lie', async () => {
  program('first', 'chromium')
  const chrome = program('second', 'google-chrome')
  const PATH = [join(folder, 'first'), join(folder, 'second')].join(delimiter)
  expect(await findBrowser({env: {PATH}, platform: 'linux'})).toBe(chrome)
})

test('a folder or a text with the right name is no browser', async () => {
  mkdirSync(join(folder, 'chromium'))
  writeFileSync(join(folder, 'google-chrome'), '')
  const found = await findBrowser({env: {PATH: folder}, platform: 'linux'})
  expect(found?.startsWith(folder) ?? false).toBe(false)
})

test('on macOS and Windows the usual places are searched', async () => {
  const mac = program('Applications', 'Chromium.app', 'Contents', 'MacOS', 'Chromium')
  expect(await findBrowser({env: {HOME: folder, PATH: ''}, platform: 'darwin'})).toBe(mac)
  const windows = program('Google', 'Chrome', 'Application', 'chrome.exe')
  expect(await findBrowser({env: {LOCALAPPDATA: folder}, platform: 'win32'})).toBe(windows)
})
