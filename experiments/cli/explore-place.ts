/** What an exploration is asked for, as targets, and where it is carried out and kept. */
import {join} from 'node:path'
import type {ConflictRule} from '#protocol/conflict.ts'
import type {Platform} from '#protocol/platform.ts'
import type {Target} from '../explore/interleaving.ts'
import type {Surface} from './command-line.ts'
import type {ExploreFlags} from './explore-command.ts'

export type ExplorePlace = {
  readonly out: string
  /** Null confirms nothing. */
  readonly browserPath: string | null
  readonly surface: Surface
  readonly signal: AbortSignal
}

export const targetsOf = ({platform, rule, policy, guards}: ExploreFlags): readonly Target[] =>
  rule.flatMap((each) => platform.map((name) => targetOf(name, each, policy, guards)))

/** Under `fork` the page that is observed, else one that hears of everything. */
const targetOf = (
  platform: Platform,
  rule: ConflictRule,
  policy: ExploreFlags['policy'],
  guards: ExploreFlags['guards'],
): Target => ({
  platform,
  rule,
  policy: policy ?? (rule === 'fork' ? 'observed' : 'content+resume'),
  guards: guards ?? [],
})

/** A name of its own for every exploration. */
export const newFolder = (out: string): string =>
  join(out, `explore-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`)
