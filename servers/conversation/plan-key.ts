/** What the scripted model's answer depends on besides its seed. Pure. */
import type {StoredMessage} from './message.ts'
import {pathTo} from './tree.ts'

/**
 * What is asked, where, and for which time: ids are left out, so that two runs of one seed read the same. `before` is the
 * conversation without the turn, `asked` what is answered, `parentId` the answer's parent.
 */
export function planKey(
  before: readonly StoredMessage[],
  asked: StoredMessage | null,
  parentId: string | null,
): string {
  const depth = pathTo(before, asked?.parentId ?? null).length
  const times = before.filter((message) => message.parentId === parentId).length
  return `${depth}/${times}/${asked?.role ?? 'nobody'}/${asked?.text ?? ''}`
}
