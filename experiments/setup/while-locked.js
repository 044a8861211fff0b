/**
 * One process at a time does a piece of the set-up; the others wait. The lock is a file with the holder's pid, kept
 * outside the project because `npm ci` empties node_modules; a lock whose holder is dead is taken over.
 */
import {createHash} from 'node:crypto'
import {closeSync, existsSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync} from 'node:fs'
import {setTimeout as sleep} from 'node:timers/promises'
import os from 'node:os'
import path from 'node:path'
import {root, say} from './project.js'

const project = createHash('sha256').update(`${root} ${os.userInfo().uid}`).digest('hex').slice(0, 12)
const RETRY_MS = 200
// Between creating the file and writing the pid into it; past this an empty lock is a dead one.
const UNWRITTEN_MS = 2_000

export const lockPath = (/** @type {string} */ name) =>
  path.join(os.tmpdir(), `tabwitness-${project}-${name}.lock`)

/**
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function whileLocked(name, work) {
  const lock = lockPath(name)
  for (let attempt = 0; !tryLock(lock); attempt++) {
    if (attempt === 5) say(`Waiting for another Tabwitness that is at the same set-up (${name}) …`)
    await sleep(RETRY_MS)
  }
  try {
    return await work()
  } finally {
    rmSync(lock, {force: true})
  }
}

/** @param {string} lock */
function tryLock(lock) {
  try {
    const file = openSync(lock, 'wx')
    writeSync(file, String(process.pid))
    closeSync(file)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
  }
  if (isDead(lock)) dropLock(lock)
  return false
}

/** @param {string} lock */
function isDead(lock) {
  try {
    const pid = Number(readFileSync(lock, 'utf8'))
    if (pid === 0) return Date.now() - statSync(lock).mtimeMs > UNWRITTEN_MS
    process.kill(pid, 0)
    return isZombie(pid)
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'ESRCH'
  }
}

/** Dead, but its parent (the first process of a container, often) has not asked. @param {number} pid */
function isZombie(pid) {
  const status = `/proc/${pid}/status`
  return existsSync(status) && /^State:\s*Z/m.test(readFileSync(status, 'utf8'))
}

/** By rename, so that of two who find the same dead lock only one removes it. @param {string} lock */
function dropLock(lock) {
  const aside = `${lock}.${process.pid}`
  try {
    renameSync(lock, aside)
    rmSync(aside, {force: true})
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
  }
}
