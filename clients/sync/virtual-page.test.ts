import {expect, test} from 'vitest'
import type {PageState} from './chat-session.ts'
import {nodeSurroundings} from './node-surroundings.ts'
import {createVirtualPage} from './virtual-page.ts'

const hidden: PageState = {foreground: false, visible: false}
const shown: PageState = {foreground: true, visible: true}

test('[CO10] a virtual tab that is shown says so once, and only when it is', () => {
  const page = createVirtualPage()
  const heard: string[] = []
  const stop = page.onWake((because) => heard.push(because))
  page.onPageState(({visible}) => heard.push(visible ? 'visible' : 'hidden'))
  page.turn(shown)
  page.turn(hidden)
  page.turn(shown)
  page.wake('resumed')
  expect(heard).toEqual(['hidden', 'visible', 'shown', 'resumed'])
  stop()
  page.wake('online')
  expect(heard).toHaveLength(4)
})

test('what the caller brings is what the tab has', () => {
  const page = createVirtualPage()
  const tab = nodeSurroundings(
    {openRelay: () => null, witness: () => {}, name: 'A'},
    {page, random: () => 0.25, newId: () => 'id'},
  )
  page.turn(hidden)
  expect([tab.random(), tab.newId(), tab.pageState(), tab.name]).toEqual([0.25, 'id', hidden, 'A'])
})
