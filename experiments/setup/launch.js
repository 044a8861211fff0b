/** Runs a development tool on Node 26, after installing what it needs: `node experiments/setup/launch.js vitest run`. */
import './node-version.js'
import {readFileSync} from 'node:fs'
import {ensureBrowser} from './ensure-browser.js'
import {ensureInstalled} from './ensure-installed.js'
import {ensurePage} from './ensure-page.js'
import {inProject, nodeBinary, runMain, SetupFailure} from './project.js'
import {runInOurPlace} from './run-program.js'

/** @type {Record<string, string>} */
const PACKAGES = {
  vitest: 'vitest',
  tsc: 'typescript',
  oxlint: 'oxlint',
  oxfmt: 'oxfmt',
  knip: 'knip',
  vite: 'vite',
}

await runMain(async () => {
  const [tool = '', ...args] = process.argv.slice(2)
  const name = PACKAGES[tool]
  if (!name && tool !== 'node') {
    const tools = [...Object.keys(PACKAGES), 'node'].join(', ')
    throw new SetupFailure(`"${tool}" is not a tool; there are ${tools}.`, 64)
  }

  await ensureInstalled()
  if (tool === 'vitest') {
    await ensureBrowser()
    await ensurePage()
  }
  await runInOurPlace(nodeBinary, name ? [entryOf(name, tool), ...args] : args)
})

/** @param {string} name @param {string} tool */
function entryOf(name, tool) {
  const {bin} = JSON.parse(readFileSync(inProject('node_modules', name, 'package.json'), 'utf8'))
  return inProject('node_modules', name, typeof bin === 'string' ? bin : bin[tool])
}
