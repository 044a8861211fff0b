import {expect, test} from 'vitest'
import {UsageError} from '../usage-error.ts'
import {browserChoice, chosenBrowsers} from './chosen-browsers.ts'

const FIREFOX = '/usr/bin/firefox'

function choose(value: string, found: string | null, isResumed = false) {
  const complaints: string[] = []
  const complain = (sentence: string) => complaints.push(sentence)
  return {...chosenBrowsers(browserChoice(value), isResumed, complain, () => found), complaints}
}

test('a Firefox is looked for only where it is asked for', () => {
  expect(choose('chromium', FIREFOX)).toEqual({browsers: ['chromium'], firefoxPath: null, complaints: []})
  expect(choose('firefox', FIREFOX)).toMatchObject({browsers: ['firefox'], firefoxPath: FIREFOX})
  expect(choose('firefox, chromium', FIREFOX).browsers).toEqual(['chromium', 'firefox'])
  expect(choose('all', FIREFOX).browsers).toEqual(['chromium', 'firefox'])
})

test('where none is installed, all goes on with one sentence, and asking for it by name is bad usage', () => {
  const {browsers, complaints} = choose('all', null)
  expect(browsers).toEqual(['chromium'])
  expect(complaints).toEqual([expect.stringMatching(/^Firefox is skipped because none is installed; .*\.$/)])
  expect(() => choose('firefox', null)).toThrow(UsageError)
  expect(() => choose('chromium,firefox', null)).toThrow(/^--browser "firefox" cannot be used because none/)
})

test('a run that is resumed knows its browsers itself', () => {
  expect(choose('chromium', FIREFOX, true)).toMatchObject({firefoxPath: FIREFOX, complaints: []})
  expect(choose('chromium', null, true)).toMatchObject({firefoxPath: null, complaints: []})
})
