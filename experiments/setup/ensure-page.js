/** Builds the pages and the service worker when one is missing or older than its sources. Needs installed dependencies. */
import {createHash} from 'node:crypto'
import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs'
import path from 'node:path'
import {inProject, nodeBinary, root, say, SetupFailure} from './project.js'
import {runQuietly} from './run-program.js'
import {whileLocked} from './while-locked.js'

export const pageFolder = inProject('clients/page/dist')
const stampFile = inProject('node_modules/.tabwitness-page')

export async function ensurePage() {
  if (isBuilt()) return
  await whileLocked('page', async () => {
    if (isBuilt()) return
    say('Building the page …')
    const sources = sourcesHash()
    const vite = inProject('node_modules/vite/bin/vite.js')
    const {ok, output} = await runQuietly(nodeBinary, [vite, 'build', inProject('clients/page')], {
      cwd: root,
      env: {...process.env, NODE_ENV: 'production', NO_COLOR: '1'},
    })
    if (!ok) {
      say(output)
      throw new SetupFailure('The page could not be built (the words of Vite are above).')
    }
    writeFileSync(stampFile, sources)
  })
}

/** What the servers serve by name; everything else is named by these. */
const ENTRIES = ['index.html', 'claude.html', 'firebase-messaging-sw.js']

const isBuilt = () =>
  ENTRIES.every((entry) => existsSync(path.join(pageFolder, entry))) &&
  existsSync(stampFile) &&
  readFileSync(stampFile, 'utf8') === sourcesHash()

function sourcesHash() {
  const hash = createHash('sha256')
  const files = [...filesIn('clients'), ...filesIn('servers/protocol'), 'package-lock.json']
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(inProject(file)))
  return hash.digest('hex')
}

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return readdirSync(inProject(folder), {withFileTypes: true})
    .filter(({name}) => name !== 'dist' && !name.includes('.test.'))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = `${folder}/${entry.name}`
      return entry.isDirectory() ? filesIn(file) : [file]
    })
}
