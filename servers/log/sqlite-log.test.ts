import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {openSqliteLog} from './sqlite-log.ts'
import {streamLogContract} from './stream-log.contract.ts'

streamLogContract('the log in SQLite', (options) => openSqliteLog(':memory:', options))

test('[LO8] a file keeps entries, epoch and what was trimmed when it is opened again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-'))
  const file = join(folder, 'log.sqlite')
  const retention = {maxEntries: 2, maxAgeMs: 60_000}
  const before = openSqliteLog(file, {retention})
  const first = await before.append('t', 'a')
  const second = await before.append('t', 'b')
  await before.append('t', 'c')
  await before.append('t', 'd')
  await before.close()

  const after = openSqliteLog(file, {retention})
  expect(await after.read('t', second)).toMatchObject({
    recovered: true,
    entries: [{value: 'c'}, {value: 'd'}],
  })
  expect((await after.read('t', first)).recovered).toBe(false)
  expect((await after.head('t')).epoch).toBe(first.epoch)
  await after.close()
  rmSync(folder, {recursive: true})
})
