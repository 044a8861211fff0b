/** What a request says, by headers of ours, of the place it writes to. Rules CF2, CF10. */
import type {Request} from 'express'
import {BRANCH_HEADER, SHOWN_LEAF_HEADER} from '#protocol/conflict.ts'
import type {Aim} from '../conversation/conflict-rule.ts'

export type Said = Omit<Aim, 'namedParentId'>

/** `rootId`: what the platform's pages call the root. */
export function saidIn(req: Request, rootId: string): Said {
  const shown = req.get(SHOWN_LEAF_HEADER)
  return {
    meansBranch: req.get(BRANCH_HEADER) !== undefined,
    shownLeafId: shown === rootId ? null : shown,
  }
}
