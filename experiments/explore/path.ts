/** Where a find is among all that a seed draws: the batch, fast-check's own path in it, and which commands ran. Rule RP15. */
import {UsageError} from '../usage-error.ts'

export type ExplorePath = {
  /** Of the batch. */
  readonly index: number
  readonly path: string
  readonly replayPath: string
}

const PATH = /^(?<index>\d{1,6})\/(?<path>\d{1,9}(?::\d{1,9})*)\/(?<replayPath>[\w+/]*:[\w+/]*)$/

export const pathInShort = ({index, path, replayPath}: ExplorePath): string =>
  `${index}/${path}/${replayPath}`

/** Reads what {@link pathInShort} writes. Throws {@link UsageError}. */
export function readPath(option: string, text: string): ExplorePath {
  const {index, path, replayPath} = PATH.exec(text)?.groups ?? {}
  if (index === undefined || path === undefined || replayPath === undefined)
    throw new UsageError(
      `${option} "${text.slice(0, 60)}" is not accepted; give the path that an exploration printed, such as "0/5:1:0/CA:F".`,
    )
  return {index: Number(index), path, replayPath}
}
