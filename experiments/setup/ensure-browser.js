/**
 * A Chrome or Chromium that runs: the one that is there, else Playwright's download, else the system's package manager
 * when we are root, else one sentence that says what to do. Needs installed dependencies.
 */
import {findBrowser, runs} from './find-browser.js'
import {inProject, nodeBinary, say, SetupFailure} from './project.js'
import {runQuietly, succeeds} from './run-program.js'
import {whileLocked} from './while-locked.js'

/** @returns {Promise<string>} */
export async function ensureBrowser() {
  return (
    (await findBrowser()) ??
    (await whileLocked('browser', async () => (await findBrowser()) ?? installBrowser()))
  )
}

async function installBrowser() {
  for (const way of [downloadPlaywrights, installFromSystem]) {
    const tried = await way()
    const file = tried ? await findBrowser() : null
    if (file && runs(file)) return file
  }
  throw new SetupFailure(
    'No Chrome or Chromium was found and none could be installed here: install one (on Debian: "apt-get install chromium" ' +
      'as root), or set TABWITNESS_BROWSER to the executable of one.',
  )
}

async function downloadPlaywrights() {
  say("No Chrome or Chromium found; trying Playwright's download …")
  const {ok} = await runQuietly(
    nodeBinary,
    [inProject('node_modules/playwright/cli.js'), 'install', '--no-shell', 'chromium'],
    {
      env: {...process.env, PLAYWRIGHT_DOWNLOAD_CONNECTION_TIMEOUT: '5000'},
      silenceMs: 30_000,
      limitMs: 300_000,
    },
  )
  return ok
}

/** @type {readonly {manager: string, steps: string[][]}[]} */
const MANAGERS = [
  {
    manager: 'apt-get',
    steps: [['update'], ['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation']],
  },
  {manager: 'dnf', steps: [['install', '-y', 'chromium']]},
  {manager: 'apk', steps: [['add', '--no-cache', 'chromium', 'font-liberation']]},
  {manager: 'pacman', steps: [['-Sy', '--noconfirm', 'chromium']]},
  {manager: 'zypper', steps: [['--non-interactive', 'install', 'chromium']]},
]

async function installFromSystem() {
  if (process.getuid?.() !== 0) return false
  const found = MANAGERS.find(({manager}) => succeeds(manager, ['--version']))
  if (!found) return false
  say(`Installing Chromium with ${found.manager} (a minute or two) …`)
  const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'}
  let ended = {ok: false, output: ''}
  // A failed `update` does not matter when `install` works from what is known.
  for (const step of found.steps) ended = await runQuietly(found.manager, step, {env})
  if (!ended.ok) say(ended.output.split('\n').slice(-5).join('\n'))
  return ended.ok
}
