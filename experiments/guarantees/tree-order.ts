/** Who stands above whom in the forest of messages, in constant time after one walk. A message stands above itself. */
import type {Message} from './operation.ts'

/** `messages` lists every node with its `index` for its place. A loop, which no server should commit, is above nothing. */
export function treeOrder(messages: readonly Message[]): (above: Message, below: Message) => boolean {
  const firstChild = new Int32Array(messages.length).fill(-1)
  const nextSibling = new Int32Array(messages.length).fill(-1)
  for (const {index, parent} of messages) {
    if (parent === null) continue
    nextSibling[index] = firstChild[parent.index] ?? -1
    firstChild[parent.index] = index
  }

  const entered = new Int32Array(messages.length).fill(-1)
  const left = new Int32Array(messages.length).fill(-1)
  let clock = 0
  const path: number[] = []
  for (const {index, parent} of messages) {
    if (parent !== null) continue
    path.push(index)
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      if (entered[at] === -1) entered[at] = clock++
      const child = firstChild[at] ?? -1
      if (child === -1) {
        left[at] = clock++
        path.pop()
      } else {
        // Each child is entered once: the list is consumed on the way.
        firstChild[at] = nextSibling[child] ?? -1
        path.push(child)
      }
    }
  }
  return (above, below) =>
    above === below ||
    ((entered[above.index] ?? 0) < (entered[below.index] ?? 0) &&
      (left[below.index] ?? 0) < (left[above.index] ?? 0))
}
