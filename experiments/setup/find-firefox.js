/**
 * Finds a Firefox: TABWITNESS_FIREFOX, else an installed one, the extended support release first. Only looks; null
 * where there is none, because Firefox is a second engine and nothing that everybody needs.
 */
import {existsSync, readFileSync, realpathSync, statSync} from 'node:fs'
import path from 'node:path'
import {isExecutable} from './find-browser.js'
import {SetupFailure} from './project.js'

const NAMES = ['firefox-esr', 'firefox']
/** A wrapper script is short; the browser itself is not read. */
const MAX_SCRIPT_BYTES = 16 * 1024

/** @param {import('./find-browser.js').Surroundings} [surroundings] @returns {string | null} */
export function findFirefox({env = process.env, platform = process.platform} = {}) {
  const given = env['TABWITNESS_FIREFOX']
  if (given) return checkFirefoxPath(given)
  const folders = (env['PATH'] ?? '').split(path.delimiter).filter(Boolean)
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)))
  const candidates = [...(platform === 'win32' ? [] : onPath), ...usualPlaces(env, platform)]
  return candidates.find((file) => isExecutable(file) && !isSnap(file)) ?? null
}

/** @param {string} file */
function checkFirefoxPath(file) {
  if (isExecutable(file)) return file
  const found = existsSync(file) ? 'not a file that can be executed' : 'not there'
  throw new SetupFailure(
    `TABWITNESS_FIREFOX "${file}" is ${found}; give the executable file of a Firefox.`,
    64,
  )
}

/** @param {NodeJS.ProcessEnv} env @param {NodeJS.Platform} platform */
function usualPlaces(env, platform) {
  if (platform === 'darwin') {
    const bundles = ['Firefox.app/Contents/MacOS/firefox', 'Firefox ESR.app/Contents/MacOS/firefox']
    const folders = ['/Applications', path.join(env['HOME'] ?? '', 'Applications')]
    return folders.flatMap((folder) => bundles.map((bundle) => path.join(folder, bundle)))
  }
  if (platform === 'win32') {
    const folders = [env['PROGRAMFILES'], env['PROGRAMFILES(X86)']]
    return folders.flatMap((folder) => (folder ? [path.join(folder, 'Mozilla Firefox', 'firefox.exe')] : []))
  }
  return ['/usr/lib/firefox-esr/firefox-esr', '/usr/lib/firefox/firefox', '/opt/firefox/firefox']
}

/**
 * A snap sees another /tmp than ours, so that it could not use the profile that we give it.
 * @param {string} file
 */
function isSnap(file) {
  const real = realpathSync(file)
  if (real.startsWith('/snap/') || real === '/usr/bin/snap') return true
  return statSync(real).size <= MAX_SCRIPT_BYTES && readFileSync(real, 'latin1').includes('/snap/bin/')
}
