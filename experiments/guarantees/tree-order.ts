/** Who stands above whom in the forest of messages, in constant time after one walk. A message stands above itself. */
import type {Message} from './operation.ts'

export type TreeOrder = {
  readonly isAbove: (above: Message, below: Message) => boolean
  /** A message that stands below itself, or below one that does: the earliest told; null in a sound history. */
  readonly inLoop: Message | null
}

/** `messages` lists every node, each with its place in the list for its `index`. */
export function treeOrder(messages: readonly Message[]): TreeOrder {
  const firstChild = new Int32Array(messages.length).fill(-1)
  const nextSibling = new Int32Array(messages.length).fill(-1)
  for (const {index, parent} of messages) {
    if (parent === null) continue
    nextSibling[index] = firstChild[parent.index] ?? -1
    firstChild[parent.index] = index
  }

  const entered = new Int32Array(messages.length).fill(-1)
  const left = new Int32Array(messages.length).fill(-1)
  const path: number[] = []
  let clock = 0
  for (const {index, parent} of messages) {
    if (parent !== null) continue
    path.push(index)
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      if (entered[at] === -1) entered[at] = clock++
      const child = firstChild[at] ?? -1
      if (child === -1) {
        left[at] = clock++
        path.pop()
        continue
      }
      // Each child is entered once: the list is consumed on the way.
      firstChild[at] = nextSibling[child] ?? -1
      path.push(child)
    }
  }
  return {
    isAbove: (above, below) =>
      above === below ||
      ((entered[above.index] ?? 0) < (entered[below.index] ?? 0) &&
        (left[below.index] ?? 0) < (left[above.index] ?? 0)),
    inLoop: messages.find(({index}) => entered[index] === -1) ?? null,
  }
}
