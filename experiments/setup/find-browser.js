/**
 * Finds a Chrome or Chromium: TABWITNESS_BROWSER, else an installed one, else the one Playwright has downloaded.
 * Only looks; `ensure-browser.js` installs.
 */
import {accessSync, constants, existsSync, statSync} from 'node:fs'
import path from 'node:path'
import {inProject, SetupFailure} from './project.js'
import {succeeds} from './run-program.js'

const NAMES = ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'chrome']

/** @typedef {{env?: NodeJS.ProcessEnv, platform?: NodeJS.Platform}} Surroundings */

/** @param {Surroundings} [surroundings] @returns {Promise<string | null>} */
export async function findBrowser({env = process.env, platform = process.platform} = {}) {
  const given = env['TABWITNESS_BROWSER']
  if (given) return checkBrowserPath(given, 'TABWITNESS_BROWSER')
  return installedBrowser(env, platform) ?? (await playwrightsBrowser())
}

/** @param {string} file @param {string} option @returns {string} */
export function checkBrowserPath(file, option) {
  if (isExecutable(file)) return file
  const found = existsSync(file) ? 'not a file that can be executed' : 'not there'
  throw new SetupFailure(
    `${option} "${file}" is ${found}; give the executable file of a Chrome or Chromium.`,
    64,
  )
}

/** @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform */
function installedBrowser(env, platform) {
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter(Boolean)
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  return [...(platform === 'win32' ? [] : onPath), ...usualPlaces(env, platform)].find(isExecutable) ?? null
}

/** @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform */
function usualPlaces(env, platform) {
  if (platform === 'darwin') {
    const bundles = ['Google Chrome.app/Contents/MacOS/Google Chrome', 'Chromium.app/Contents/MacOS/Chromium']
    const folders = ['/Applications', path.join(env['HOME'] ?? '', 'Applications')]
    return folders.flatMap((folder) => bundles.map((bundle) => path.join(folder, bundle)))
  }
  if (platform === 'win32') {
    const programs = ['Google/Chrome/Application/chrome.exe', 'Chromium/Application/chrome.exe']
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)'], env['LOCALAPPDATA']]
    return folders.flatMap((folder) => (folder ? programs.map((program) => path.join(folder, program)) : []))
  }
  return ['/opt/google/chrome/chrome', '/snap/bin/chromium']
}

async function playwrightsBrowser() {
  if (!existsSync(inProject('node_modules/playwright-core'))) return null
  const {chromium} = await import('playwright')
  const file = chromium.executablePath()
  // A downloaded browser may lack system libraries, which an installed one brings.
  return file && isExecutable(file) && runs(file) ? file : null
}

// On Windows `--version` would open a window.
export const runs = (/** @type {string} */ file) =>
  process.platform === 'win32' || succeeds(file, ['--version'])

/** @param {string} file */
export function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
