/** Claude.ai's limit of messages as its streams and its 429 say it: the shape is observed, the values are invented but for 1.14. Pure. Rules CL17, TG14. */
import type {MessageLimit} from '#protocol/claude/message-limit.ts'

/** Unix seconds. */
export type LimitsReset = {readonly inFiveHours: number; readonly inSevenDays: number}

const HOUR_S = 3_600
const DAY_S = 24 * HOUR_S

export const limitsResetAfter = (nowMs: number): LimitsReset => {
  const nowS = Math.floor(nowMs / 1_000)
  return {inFiveHours: nowS + 5 * HOUR_S, inSevenDays: nowS + 7 * DAY_S}
}

const inSevenDays = ({inSevenDays: resets_at}: LimitsReset) => ({
  status: 'within_limit',
  resets_at,
  utilization: 0.33,
})

const always = {perModelLimit: null, representativeClaim: 'five_hour', overageInUse: false} as const

export const withinLimit = (resets: LimitsReset): MessageLimit => ({
  ...always,
  type: 'within_limit',
  resetsAt: null,
  remaining: null,
  overageDisabledReason: 'org_level_disabled',
  windows: {
    '5h': {status: 'within_limit', resets_at: resets.inFiveHours, utilization: 0.09},
    '7d': inSevenDays(resets),
  },
})

/** `resetsAt` in Unix seconds. */
export const exceededLimit = (resets: LimitsReset, resetsAt: number): MessageLimit => ({
  ...always,
  type: 'exceeded_limit',
  resetsAt,
  remaining: 0,
  overageDisabledReason: 'org_level_disabled',
  windows: {
    '5h': {status: 'exceeded_limit', resets_at: resetsAt, utilization: 1.14},
    '7d': inSevenDays(resets),
  },
})
