/**
 * Installs the locked dependencies when node_modules is missing or differs from the lock file, and makes sure that the
 * Node 26 among them runs. Costs a few milliseconds when there is nothing to do.
 */
import {createHash} from 'node:crypto'
import {existsSync, readFileSync, writeFileSync} from 'node:fs'
import {inProject, nodeBinary, root, say, SetupFailure} from './project.js'
import {npm, runQuietly, succeeds} from './run-program.js'
import {whileLocked} from './while-locked.js'

const lockFile = inProject('package-lock.json')
const stampFile = inProject('node_modules/.tabwitness-lock')
const npmsOwnRecord = inProject('node_modules/.package-lock.json')

export async function ensureInstalled() {
  if (isStamped()) return
  await whileLocked('install', async () => {
    if (isStamped()) return
    if (!matchesLock()) await install()
    await ensureNodeRuns()
    writeFileSync(stampFile, lockHash())
  })
}

const lockHash = () => createHash('sha256').update(readFileSync(lockFile)).digest('hex')

function isStamped() {
  return existsSync(nodeBinary) && existsSync(stampFile) && readFileSync(stampFile, 'utf8') === lockHash()
}

/** Somebody's own `npm install` is as good as ours when npm recorded the same versions as the lock file has. */
function matchesLock() {
  if (!existsSync(npmsOwnRecord)) return false
  const installed = readPackages(npmsOwnRecord)
  return Object.entries(readPackages(lockFile)).every(
    ([place, {version, optional, devOptional}]) =>
      place === '' || optional || devOptional || installed[place]?.version === version,
  )
}

/** @param {string} file @returns {Record<string, {version?: string, optional?: boolean, devOptional?: boolean}>} */
const readPackages = (file) => JSON.parse(readFileSync(file, 'utf8')).packages

async function install() {
  say('Installing the locked dependencies (npm ci) …')
  // NODE_ENV=production would leave out what the tests need.
  const {ok, output} = await runQuietly(
    ...npm(['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']),
    {
      cwd: root,
    },
  )
  if (ok) return
  // What matters comes first; a page of npm's usage may follow.
  say(output.split('\n').slice(0, 20).join('\n'))
  throw new SetupFailure(
    'npm ci failed (its words are above): check the network and the npm registry, then try again.',
  )
}

async function ensureNodeRuns() {
  if (succeeds(nodeBinary, ['--version'])) return
  // npm may refuse to run install scripts; this is the one that fetches the binary.
  say('Fetching Node 26 (npm package "node") …')
  const cwd = inProject('node_modules/node')
  const {output} = await runQuietly(process.execPath, ['installArchSpecificPackage.js'], {cwd})
  if (succeeds(nodeBinary, ['--version'])) return
  say(output)
  throw new SetupFailure(
    `Node 26 for ${process.platform} ${process.arch} could not be fetched from the npm registry or does not run here: ` +
      'check the network, then run "npm rebuild node".',
  )
}
