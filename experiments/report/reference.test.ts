/** The runs that are kept and quickly judged; the others are in the long tests. */
import {inProject} from '../setup/project.js'
import {describeKeptRun} from './kept-run.contract.ts'
import {KEPT_RUNS} from './kept-runs.ts'

for (const kept of KEPT_RUNS) if (!kept.isLarge) describeKeptRun(kept, inProject)
