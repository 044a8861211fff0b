/** Drafts of a browser whose tabs come and go; its Web Locks are Node's own. */
import * as fc from 'fast-check'
import {expect, onTestFinished, test} from 'vitest'
import {openDeviceStorage} from './device-drafts.ts'
import {openDeviceDrafts} from './draft-keeper.ts'

function storage() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
    key: (index: number) => [...kept.keys()][index] ?? null,
    get length() {
      return kept.size
    },
  }
}

let names = 0
let wallMs = 0
/** Locks are of the whole process, so no two tests may have a name in common. */
function testBrowser({hasLocks = true} = {}) {
  const localStorage = storage()

  async function tab(sessionStorage = storage(), person = 'ada') {
    const {promise: life, resolve: close} = Promise.withResolvers<void>()
    onTestFinished(() => close())
    const drafts = await openDeviceDrafts(
      {
        localStorage,
        sessionStorage,
        locks: hasLocks ? navigator.locks : null,
        newId: () => `tab-${(names += 1)}`,
        wallMs: () => (wallMs += 1),
        life,
      },
      person,
    )
    const show = (conversationId: string | null) =>
      drafts.showing({conversationId, messages: [], phase: 'ready'})
    return {drafts, sessionStorage, show, close}
  }
  return {tab}
}

test('[HB5] a draft outlives its tab: the next one has it', async () => {
  const {tab} = testBrowser()
  const first = await tab()
  first.drafts.written('c1', 'half a thought')
  first.close()
  const next = await tab()
  next.show('c1')
  await expect.poll(() => next.drafts.of('c1')).toBe('half a thought')
  expect([next.drafts.of('c2'), next.drafts.of(null)]).toEqual(['', ''])
})

test('[HB5] it is in the first view that the next tab renders', async () => {
  const {tab} = testBrowser()
  const first = await tab()
  first.drafts.written('c1', 'half a thought')
  first.close()
  await navigator.locks.query()
  const next = await tab()
  expect(next.drafts.of('c1')).toBe('half a thought')
})

test('[HB5] two tabs that write into one conversation have a draft each', async () => {
  const {tab} = testBrowser()
  const [a, b] = [await tab(), await tab()]
  for (const one of [a, b]) one.show('c1')
  a.drafts.written('c1', 'from A')
  b.drafts.written('c1', 'from B')
  expect([a.drafts.of('c1'), b.drafts.of('c1')]).toEqual(['from A', 'from B'])
  const again = await tab(a.sessionStorage)
  again.show('c1')
  expect(again.drafts.of('c1')).toBe('')
})

test('[HB5] a reload has its own, whatever others wrote', async () => {
  const {tab} = testBrowser()
  const [a, b] = [await tab(), await tab()]
  a.drafts.written('c1', 'from A')
  b.drafts.written('c1', 'from B')
  a.close()
  await navigator.locks.query()
  const reloaded = await tab(a.sessionStorage)
  expect(reloaded.drafts.of('c1')).toBe('from A')
})

test('[HB5] of several tabs that are gone the newest is taken first; the others are kept until it was sent', async () => {
  const {tab} = testBrowser()
  const [a, b] = [await tab(), await tab()]
  a.drafts.written('c1', 'older')
  b.drafts.written('c1', 'newer')
  a.close()
  b.close()
  await navigator.locks.query()
  const next = await tab()
  next.show('c1')
  expect(next.drafts.of('c1')).toBe('newer')
  next.drafts.sent('c1', 'newer')
  next.drafts.showing({
    conversationId: 'c1',
    phase: 'ready',
    messages: [{id: 'm', role: 'user', text: 'newer', status: 'complete', parentId: null}],
  })
  const later = await tab()
  expect(later.drafts.of('c1')).toBe('older')
})

test('[HB5] a tab that is closed a moment later is found gone, and what it kept is shown', async () => {
  const {tab} = testBrowser()
  const closing = await tab()
  closing.drafts.written('c1', 'half a thought')
  const next = await tab()
  let found = 0
  next.drafts.onFound(() => (found += 1))
  next.show('c1')
  expect(next.drafts.of('c1')).toBe('')
  closing.close()
  await expect.poll(() => next.drafts.of('c1')).toBe('half a thought')
  expect(found).toBeGreaterThan(0)
})

test('[HB5] what a tab has written itself is not replaced by what another left', async () => {
  const {tab} = testBrowser()
  const closing = await tab()
  closing.drafts.written('c1', 'theirs')
  const next = await tab()
  next.show('c1')
  next.drafts.written('c1', 'mine')
  closing.close()
  await navigator.locks.query()
  next.drafts.look()
  expect(next.drafts.of('c1')).toBe('mine')
})

test('[HB5] what was sent and never arrived stands in the field of the next tab, too', async () => {
  const {tab} = testBrowser()
  const first = await tab()
  first.show('c1')
  first.drafts.sent('c1', 'lost')
  first.close()
  await navigator.locks.query()
  const next = await tab()
  next.show('c1')
  expect(next.drafts.of('c1')).toBe('lost')
})

test('[HB5] people do not see each other’s, and without Web Locks every other tab counts as gone', async () => {
  const {tab} = testBrowser({hasLocks: false})
  const a = await tab()
  a.drafts.written('c1', 'of ada')
  const bob = await tab(storage(), 'bob')
  expect(bob.drafts.of('c1')).toBe('')
  const b = await tab()
  expect(b.drafts.of('c1')).toBe('of ada')
})

test('[HB5] whatever tabs write, free and take: no text is lost, and none is in two places', () => {
  const step = fc.record({
    who: fc.integer({min: 0, max: 2}),
    does: fc.constantFrom('write', 'take', 'free'),
    key: fc.constantFrom('tabwitness-draft:ada:c1', 'tabwitness-draft:ada:new', 'tabwitness-sent:ada:c1'),
  })
  fc.assert(
    fc.property(fc.array(step, {maxLength: 30}), (script) => {
      const shared = storage()
      let at = 0
      const tabs = [0, 1, 2].map((number) => openDeviceStorage(shared, `t${number}`, () => (at += 1)))
      const written = new Set<string>()
      for (const {who, does, key} of script) {
        const own = tabs[who]!
        if (does === 'free') tabs[(who + 1) % 3]!.free(`t${who}`)
        else if (own.getItem(key) === null && does === 'write') {
          own.setItem(key, `text ${at}`)
          written.add(`text ${at - 1}`)
        }
      }
      const kept = Array.from({length: shared.length}, (_, index) => shared.getItem(shared.key(index)!)!)
      const texts = kept.map((json) => (JSON.parse(json) as {text: string}).text)
      expect(texts.toSorted()).toEqual([...written].toSorted())
    }),
  )
})
