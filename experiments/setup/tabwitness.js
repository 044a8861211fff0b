#!/usr/bin/env node
/** The command `tabwitness`: installs what is missing, then runs the command line on Node 26 in our place. */
import './node-version.js'
import {ensureInstalled} from './ensure-installed.js'
import {inProject, nodeBinary, runMain} from './project.js'
import {runInOurPlace} from './run-program.js'

await runMain(async () => {
  await ensureInstalled()
  const quietNode = '--disable-warning=ExperimentalWarning'
  await runInOurPlace(nodeBinary, [quietNode, inProject('experiments/cli.ts'), ...process.argv.slice(2)])
})
