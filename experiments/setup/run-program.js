/** Runs other programs: quietly to their end, or in our place with signals and exit code handed through. */
import {spawn, spawnSync} from 'node:child_process'
import {existsSync, readFileSync} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import {inProject} from './project.js'

/** @typedef {{ok: boolean, output: string}} Ended */

/**
 * Runs to the end with the output kept back. Ends the program when it is silent or busy for too long.
 * @param {string} command
 * @param {string[]} args
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, limitMs?: number, silenceMs?: number}} [options]
 * @returns {Promise<Ended>}
 */
export function runQuietly(command, args, {cwd, env, limitMs = 900_000, silenceMs = limitMs} = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {cwd, env, stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true})
    let output = ''
    const stop = (/** @type {string} */ why) => {
      output += `\n${why}`
      child.kill('SIGKILL')
      // A grandchild may hold the pipes open; nobody waits for it.
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const limit = setTimeout(() => stop(`ended after ${limitMs} ms`), limitMs)
    const whenSilent = () => stop(`ended after ${silenceMs} ms without a word`)
    let silence = setTimeout(whenSilent, silenceMs)
    const listen = (/** @type {Buffer} */ chunk) => {
      output += chunk
      clearTimeout(silence)
      silence = setTimeout(whenSilent, silenceMs)
    }
    const end = (/** @type {boolean} */ ok) => {
      clearTimeout(limit)
      clearTimeout(silence)
      resolve({ok, output: output.trim()})
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('error', (error) => {
      output += error.message
      end(false)
    })
    child.once('close', (code) => end(code === 0))
  })
}

/** The npm that started us, else the one on PATH. @param {string[]} args @returns {[string, string[]]} */
export function npm(args) {
  const script = process.env['npm_execpath']
  if (script && path.basename(script) === 'npm-cli.js') return [process.execPath, [script, ...args]]
  return process.platform === 'win32' ? ['cmd.exe', ['/d', '/s', '/c', 'npm', ...args]] : ['npm', args]
}

/** @param {string} command @param {string[]} args */
export const succeeds = (command, args) =>
  spawnSync(command, args, {stdio: 'ignore', timeout: 20_000, windowsHide: true}).status === 0

/** The environment of a program of ours: its own binaries come first on PATH. */
export function ourEnvironment() {
  const key = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH'
  return {...process.env, [key]: [inProject('node_modules/.bin'), process.env[key]].join(path.delimiter)}
}

/**
 * Who started us, as far as it matters: under npm, our parent and (where it can be read cheaply) the parent's parent,
 * because a shell may stand between npm and us and outlive it.
 */
function parentsUnderNpm() {
  if (!process.env['npm_lifecycle_event']) return ''
  const file = `/proc/${process.ppid}/status`
  const above = existsSync(file) ? /^PPid:\s*(\d+)/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined
  return `${process.ppid} ${above}`
}

const ORPHAN_CHECK_MS = 100

/**
 * Runs in our place: same terminal, signals and exit code handed through. An IPC channel lets the program notice when
 * this process is gone. Under npm, npm's own death (even by SIGKILL) ends the program too.
 * @param {string} command
 * @param {string[]} args
 * @returns {Promise<void>}
 */
export function runInOurPlace(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
      env: ourEnvironment(),
    })
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
      process.on(signal, () => child.kill(signal))
    }
    const parents = parentsUnderNpm()
    const orphanCheck = setInterval(() => {
      if (parentsUnderNpm() !== parents) child.kill('SIGTERM')
    }, ORPHAN_CHECK_MS)
    child.once('error', reject)
    child.once('exit', (code, signal) => {
      clearInterval(orphanCheck)
      process.exitCode = code ?? 128 + (signal ? os.constants.signals[signal] : 0)
      resolve()
    })
  })
}
