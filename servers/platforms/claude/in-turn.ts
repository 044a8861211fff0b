/** Work that is done one after another under each key, in the order of asking. Nothing is kept of a key whose work is done. */

export type InTurn = (key: string, work: () => Promise<void>) => Promise<void>

/** Work must not reject: what came after it would not be done. */
export function createInTurn(): InTurn {
  const last = new Map<string, Promise<void>>()
  return (key, work) => {
    const next = (last.get(key) ?? Promise.resolve()).then(work)
    last.set(key, next)
    return next.finally(() => {
      if (last.get(key) === next) last.delete(key)
    })
  }
}
