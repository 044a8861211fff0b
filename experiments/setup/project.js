/**
 * Where the project is, and how the set-up speaks: lines go to stderr, so that `--json` keeps stdout to itself.
 * Everything in this folder is plain JavaScript that runs without node_modules on Node 20 and later.
 */
import {fileURLToPath} from 'node:url'
import path from 'node:path'

export const root = fileURLToPath(new URL('../../', import.meta.url))
export const inProject = (/** @type {string[]} */ ...parts) => path.join(root, ...parts)

/** Node 26 from the npm package `node`; everything but the set-up runs on it. */
export const nodeBinary = inProject(
  'node_modules/node/bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
)

/** Ends with one sentence and no stack: the person can do something about it. */
export class SetupFailure extends Error {
  /** @param {string} sentence @param {number} [exitCode] */
  constructor(sentence, exitCode = 70) {
    super(sentence)
    this.name = 'SetupFailure'
    this.exitCode = exitCode
  }
}

/** @param {string} line */
export const say = (line) => void process.stderr.write(`${line}\n`)

/** @param {() => Promise<void>} main */
export async function runMain(main) {
  try {
    await main()
  } catch (error) {
    if (error instanceof SetupFailure) say(error.message)
    else say(`The set-up crashed: ${error instanceof Error ? error.stack : error}`)
    process.exitCode = error instanceof SetupFailure ? error.exitCode : 70
  }
}
