/**
 * Drafts of the browser, driven: this tab's name among those that keep some, that it lives (a Web Lock, which no crash
 * leaves behind), and what those left that are gone. Rule HB5.
 */
import {openDeviceStorage, type SharedStorage} from './device-drafts.ts'
import {openDrafts, type Drafts, type DraftStorage} from './drafts.ts'

/** A tab that is just being closed takes a moment. Invented. */
const CLOSES_WITHIN_MS = 2_000
const OWN_NAME = 'tabwitness-draft-keeper'

export type KeepingBrowser = {
  readonly localStorage: SharedStorage
  readonly sessionStorage: DraftStorage
  /** Without them every other tab counts as gone. */
  readonly locks: Pick<LockManager, 'request'> | null
  readonly newId: () => string
  readonly wallMs: () => number
  /** This tab's life; without it, as long as the page. */
  readonly life?: Promise<void>
}

const lockOf = (owner: string) => `tabwitness-draft-keeper:${owner}`

export async function openDeviceDrafts(browser: KeepingBrowser, person: string): Promise<Drafts> {
  const {locks, life = new Promise<void>(() => {})} = browser
  const owner = await ownName()
  const storage = openDeviceStorage(browser.localStorage, owner, browser.wallMs)

  /** False where a tab that lives has this name. */
  function hold(name: string): Promise<boolean> {
    if (!locks) return Promise.resolve(true)
    const held = Promise.withResolvers<boolean>()
    const forLife = (lock: Lock | null) => {
      held.resolve(lock !== null)
      return lock === null ? undefined : life
    }
    // A browser that takes the lock away has nothing better to offer.
    locks.request(lockOf(name), {ifAvailable: true}, forLife).catch(() => held.resolve(false))
    return held.promise
  }

  /** A copy of a tab has its sessionStorage, too; but the first one lives. */
  async function ownName(): Promise<string> {
    const kept = browser.sessionStorage.getItem(OWN_NAME)
    if (kept !== null && (await hold(kept))) return kept
    const name = browser.newId()
    await hold(name)
    browser.sessionStorage.setItem(OWN_NAME, name)
    return name
  }

  /** Frees what that tab left, if it is gone by then; says whether. */
  async function freeIfGone(other: string, options: LockOptions): Promise<boolean> {
    if (!locks) {
      storage.free(other)
      return true
    }
    try {
      return await locks.request(lockOf(other), options, (lock) => {
        if (lock !== null) storage.free(other)
        return lock !== null
      })
    } catch {
      // It lives on.
      return false
    }
  }

  async function collect(): Promise<void> {
    await Promise.all(storage.others().map((other) => freeIfGone(other, {ifAvailable: true})))
    for (const other of storage.others())
      void freeIfGone(other, {signal: AbortSignal.timeout(CLOSES_WITHIN_MS)}).then(
        (isGone) => isGone && drafts.look(),
      )
  }

  const drafts = openDrafts(storage, person, () => void collect().then(() => drafts.look()))
  await collect()
  return drafts
}
