/**
 * Three ways in which a well-known recovery feature of another channel was wounded once: nothing had ever been sent, the
 * reconnect came before the server had noticed, it was the second time. On real sockets, through the fault proxy.
 */
import {describe, expect, test} from 'vitest'
import {testWorld} from '../virtual/test-world.ts'

const CUTS = ['rst', 'fin'] as const
const ofB = {owner: 'B', on: 'sockets'} as const

async function oneTab() {
  const world = await testWorld('content+resume')
  const old = await world.network()
  const b = await world.tab('B', old)
  const cut = async (name: (typeof CUTS)[number]) => {
    const id = old.board.begin({name}, ofB)
    await b.connection('waiting')
    return () => old.board.heal(id)
  }
  return {...world, old, b, cut}
}

describe('the wound of the silent topic', () => {
  test.each(CUTS)(
    '[PO3] [CE14] what is the first ever to be sent is sent while B is cut off by %s, and is recovered',
    async (name) => {
      const {b, cut, commit, served, of} = await oneTab()
      expect(of('delivered', 'B')).toEqual([])
      const heal = await cut(name)
      const first = await commit('the first ever')
      heal()
      await b.shows(first)
      await b.connection('connected')
      expect(b.shown()).toEqual(await served())
      expect([b.refetches(), b.doubled()]).toEqual([1, false])
      expect(of('delivered', 'B')).toMatchObject([{catchup: true, messageIds: [first]}])
    },
  )
})

describe('the wound of the unnoticed link', () => {
  test('[PO3] [CE14] B is back on another way while the server still holds the dead one, and misses and doubles nothing', async () => {
    const {b, old, commit, served, of, network} = await oneTab()
    const heard = await commit('heard')
    await b.shows(heard)
    // From now on nobody hears of anybody on the old way. The page alone is told that its link is down.
    old.board.begin({name: 'blackhole'}, {owner: '*', on: 'everything'})
    b.moveTo(await network())
    b.life.cutSockets()
    await b.connection('waiting')
    const missed = await commit('missed')
    await b.shows(missed)
    expect([of('connected', 'B').length, of('disconnected', 'B').length]).toEqual([2, 0])

    const live = await commit('live')
    await b.shows(live)
    expect(b.shown()).toEqual(await served())
    expect([b.refetches(), b.doubled()]).toEqual([1, false])
    // The server went on talking to the dead link, too.
    const to = of('delivered', 'B').flatMap((event) => (event.kind === 'delivered' ? event.messageIds : []))
    expect(to.filter((id) => id === live)).toHaveLength(2)
    expect(of('disconnected', 'B')).toEqual([])
  })

  test('[PO3] the dead link that ends at last does not take the living one with it', async () => {
    const {b, old, commit, of, network, served} = await oneTab()
    const hole = old.board.begin({name: 'blackhole'}, {owner: '*', on: 'everything'})
    b.moveTo(await network())
    b.life.cutSockets()
    await b.shows(await commit('missed'))
    old.board.heal(hole)
    await expect.poll(() => of('disconnected', 'B').length).toBe(1)
    await b.shows(await commit('after it'))
    expect(b.shown()).toEqual(await served())
    expect(b.session.view().connection.name).toBe('connected')
  })
})

describe('the wound of the second time', () => {
  test.each(CUTS)(
    '[PO3] [CE14] B is cut off by %s again and again, and recovers each time from where it was',
    async (name) => {
      const {b, cut, commit, served, of} = await oneTab()
      const missed: string[] = []
      for (const time of ['first', 'second', 'third']) {
        const heal = await cut(name)
        missed.push(await commit(`missed the ${time} time`))
        heal()
        await b.shows(missed.at(-1)!)
        await b.connection('connected')
        // The third comes without a live message between.
        if (time === 'first') await b.shows(await commit('live'))
      }
      expect(b.shown()).toEqual(await served())
      expect([b.refetches(), b.doubled()]).toEqual([1, false])
      const caughtUp = of('delivered', 'B').flatMap((event) =>
        event.kind === 'delivered' && event.catchup ? event.messageIds : [],
      )
      expect(caughtUp).toEqual(missed)
    },
  )
})
