import {chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {delimiter, join} from 'node:path'
import {afterEach, beforeEach, expect, test} from 'vitest'
import {findFirefox} from './find-firefox.js'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tabwitness-firefoxes-'))
})
afterEach(() => rmSync(folder, {recursive: true}))

function program(name: string, text = '#!/bin/sh\n'): string {
  const file = join(folder, name)
  mkdirSync(join(file, '..'), {recursive: true})
  writeFileSync(file, text)
  chmodSync(file, 0o755)
  return file
}

test('TABWITNESS_FIREFOX comes before everything that is installed', () => {
  program('firefox-esr')
  const mine = program('mine')
  expect(findFirefox({env: {TABWITNESS_FIREFOX: mine, PATH: folder}, platform: 'linux'})).toBe(mine)
})

test('a TABWITNESS_FIREFOX that cannot be executed is bad usage, never passed over', () => {
  writeFileSync(join(folder, 'text'), '')
  const search = (name: string) => () =>
    findFirefox({env: {TABWITNESS_FIREFOX: join(folder, name), PATH: ''}})
  expect(search('text')).toThrow(/is not a file that can be executed; give/)
  expect(search('absent')).toThrow(/is not there; give the executable/)
})

test('on PATH, the extended support release comes first wherever the two lie', () => {
  program('first/firefox')
  const esr = program('second/firefox-esr')
  const PATH = [join(folder, 'first'), join(folder, 'second')].join(delimiter)
  expect(findFirefox({env: {PATH}, platform: 'linux'})).toBe(esr)
})

test('a snap is passed over, whether a link or a script: it cannot see our profiles', () => {
  const real = program('later/firefox')
  program('script/firefox', '#!/bin/sh\nexec /snap/bin/firefox "$@"\n')
  mkdirSync(join(folder, 'link'))
  symlinkSync(join(folder, 'script/firefox'), join(folder, 'link/firefox-esr'))
  const PATH = ['link', 'script', 'later'].map((name) => join(folder, name)).join(delimiter)
  expect(findFirefox({env: {PATH}, platform: 'linux'})).toBe(real)
})

test('on macOS and Windows the usual places are searched', () => {
  const mac = program('Applications/Firefox.app/Contents/MacOS/firefox')
  expect(findFirefox({env: {HOME: folder, PATH: ''}, platform: 'darwin'})).toBe(mac)
  const windows = program('Mozilla Firefox/firefox.exe')
  expect(findFirefox({env: {PROGRAMFILES: folder}, platform: 'win32'})).toBe(windows)
})
