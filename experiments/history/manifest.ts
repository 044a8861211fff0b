/** What a run is and where it ran: enough to judge, replay and distrust it. Written by the runner. Rule HI6. */
import * as v from 'valibot'
import {faultSchedule} from './fault.ts'

export const MANIFEST_FORMAT = 1

const count = v.pipe(v.number(), v.integer(), v.minValue(0))
const conditions = v.record(v.string(), v.union([v.string(), v.number()]))

export const manifest = v.object({
  format: v.literal(MANIFEST_FORMAT),
  runId: v.string(),
  startedAt: v.string(),
  /** Null while the run goes on, and for ever when it was killed. */
  finishedAt: v.nullable(v.string()),
  suite: v.string(),
  seed: v.string(),
  experiments: v.array(v.string()),
  /** What `--resume` needs to plan the same cells again. Null: what the suite says. */
  choice: v.object({
    /** Absent in runs from before there was another than Chromium. */
    browsers: v.optional(v.array(v.string())),
    /** Absent in runs from before there were several. */
    platforms: v.optional(v.nullable(v.array(v.string()))),
    policies: v.nullable(v.array(v.string())),
    states: v.nullable(v.array(v.string())),
    deliveries: v.optional(v.nullable(v.array(v.string()))),
    hazards: v.optional(v.nullable(v.array(v.string()))),
    repetitions: v.nullable(v.number()),
    windowMs: v.nullable(v.number()),
    modelSpeed: v.nullable(v.number()),
    /** Absent where every cell plays its own faults. */
    schedule: v.optional(faultSchedule),
  }),
  windowMs: v.pipe(v.number(), v.minValue(0)),
  /** Factor on the scripted model's pace: 1 is as in the founding comparison, `instant` leaves no delay. */
  modelSpeed: v.union([v.number(), v.string()]),
  commit: v.nullable(v.string()),
  versions: v.object({
    node: v.string(),
    chromium: v.string(),
    /** Absent where the run has no Firefox. */
    firefox: v.optional(v.string()),
    tabwitness: v.string(),
    packages: v.record(v.string(), v.string()),
  }),
  machine: v.object({
    cpus: count,
    cpuModel: v.string(),
    memoryBytes: v.number(),
    platform: v.string(),
    loadAverage: v.array(v.number()),
  }),
  /** The ids of the run's cells, in the order they are to be done. */
  order: v.array(v.string()),
  /** Cells played again because their conditions were not proved; the unproved histories are kept beside them. */
  repeated: v.array(v.object({cellId: v.string(), why: v.string()})),
  /** What the newest calibration on this machine said, for a run without its own. */
  earlierCalibration: v.optional(
    v.nullable(v.object({runId: v.string(), startedAt: v.string(), sentences: v.array(v.string())})),
    null,
  ),
  /** What was asked for and does not exist, with the reason. */
  skipped: v.array(
    v.object({
      experiment: v.string(),
      platform: v.optional(v.string()),
      policy: v.string(),
      conditions,
      why: v.string(),
    }),
  ),
})
export type Manifest = v.InferOutput<typeof manifest>
