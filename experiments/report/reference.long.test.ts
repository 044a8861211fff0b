/** The kept runs that have so many cells that judging them again takes its time. */
import {inProject} from '../setup/project.js'
import {describeKeptRun} from './kept-run.contract.ts'
import {KEPT_RUNS} from './kept-runs.ts'

for (const kept of KEPT_RUNS) if (kept.isLarge) describeKeptRun(kept, inProject)
