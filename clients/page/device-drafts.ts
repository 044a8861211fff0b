/**
 * Habit `drafts: device`, as it lies in localStorage: what each tab wrote under that tab's own name, so that no tab
 * overwrites another's, and what is free because its tab is gone. Pure; who is gone is known elsewhere. Rule HB5.
 */
import type {DraftStorage} from './drafts.ts'

export type SharedStorage = DraftStorage & Pick<Storage, 'key' | 'length'>

export type DeviceDrafts = DraftStorage & {
  /** Who else keeps something here, of whatever person and conversation. */
  others(): readonly string[]
  /** That tab is gone: what it kept is anybody's. */
  free(owner: string): void
}

type Kept = {readonly text: string; readonly atMs: number}

/** A key of the drafts, who has it, and (`-`) that nobody has it any more. Ids have no `@` in them. */
const ENTRY = /^(?<key>tabwitness-(?:draft|sent):[^@]*)@(?<free>-?)(?<owner>[^@-].*)$/

export function openDeviceStorage(storage: SharedStorage, owner: string, wallMs: () => number): DeviceDrafts {
  const mine = (key: string) => `${key}@${owner}`

  function entries() {
    const names = Array.from({length: storage.length}, (_, index) => storage.key(index) ?? '')
    return names.flatMap((name) => {
      const {key = '', free, owner: of = ''} = ENTRY.exec(name)?.groups ?? {}
      return free === undefined ? [] : [{name, key, isFree: free === '-', owner: of}]
    })
  }

  function read(name: string): Kept | null {
    const kept = storage.getItem(name)
    // Our own writing, so it is not checked again.
    return kept === null ? null : (JSON.parse(kept) as Kept)
  }

  const put = (name: string, kept: Kept) => storage.setItem(name, JSON.stringify(kept))

  /** The newest that is free is this tab's from now on. */
  function take(key: string): string | null {
    const free = entries()
      .filter((entry) => entry.isFree && entry.key === key)
      .flatMap(({name}) => {
        const kept = read(name)
        return kept === null ? [] : [{name, kept}]
      })
    const newest = free.toSorted((a, b) => b.kept.atMs - a.kept.atMs)[0]
    if (!newest) return null
    storage.removeItem(newest.name)
    put(mine(key), newest.kept)
    return newest.kept.text
  }

  return {
    getItem: (key) => read(mine(key))?.text ?? take(key),
    setItem: (key, text) => put(mine(key), {text, atMs: wallMs()}),
    removeItem: (key) => storage.removeItem(mine(key)),
    others: () => [
      ...new Set(entries().flatMap((entry) => (entry.isFree || entry.owner === owner ? [] : [entry.owner]))),
    ],
    free(gone) {
      for (const {name, key, isFree, owner: of} of entries()) {
        const kept = isFree || of !== gone ? null : read(name)
        if (kept === null) continue
        storage.removeItem(name)
        // A tab may come back under its name, and be gone once more.
        put(`${key}@-${gone}-${kept.atMs}`, kept)
      }
    },
  }
}
