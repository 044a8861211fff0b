import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {ClaudeRecords} from './records.ts'

const folder = mkdtempSync(join(tmpdir(), 'records-'))
afterAll(() => rmSync(folder, {recursive: true}))

test('[CL61] a token is one channel: registering again makes it active again, another person takes it over', () => {
  const records = new ClaudeRecords(':memory:')
  const first = records.openChannel('u', 'token', 'web_claude_ai')
  records.closeChannel(first.id)
  expect(records.channels('u')).toMatchObject([{id: first.id, isActive: false}])
  expect(records.openChannel('u', 'token', 'web_claude_ai')).toEqual(first)
  expect(records.channels('u')).toMatchObject([{isActive: true}])
  const taken = records.openChannel('somebody', 'token', 'web_claude_ai')
  expect(taken.id).not.toBe(first.id)
  expect([records.channels('u'), records.channel(first.id)]).toEqual([[], undefined])
  records.close()
})

test('[CL64] channels, preferences and settings are there after a restart; a removed person leaves nothing', () => {
  const file = join(folder, 'claude.sqlite')
  const before = new ClaudeRecords(file)
  const channel = before.openChannel('u', 'token', 'web_claude_ai')
  const preference = {...before.preference('u'), completion: {enable_push: false}}
  before.setPreference('u', preference)
  const about = {model: 'x', isStarred: true, settings: {paprika_mode: 'extended'}} as const
  before.setAbout('c', 'u', about)
  before.close()

  const after = new ClaudeRecords(file)
  expect([after.channels('u'), after.preference('u'), after.about('c')]).toEqual([
    [channel],
    preference,
    about,
  ])
  after.removeUser('u')
  expect([after.channels('u'), after.preference('u').completion, after.about('c').isStarred]).toEqual([
    [],
    {enable_push: true},
    false,
  ])
  after.close()
})
