import {expect, test} from 'vitest'
import {createVirtualPage} from '../virtual-page.ts'
import {createVirtualPush} from './virtual-push.ts'

const config = {firebaseConfig: {}, vapidKey: 'k'}
const push = {id: 'p1', data: {payload: '{}'}}

function browser() {
  let made = 0
  const virtual = createVirtualPush(async () => `token-${(made += 1)}`)
  const tab = (name: string, heard: string[], whenAwake?: (run: () => void) => void) => {
    const page = createVirtualPage()
    const side = virtual.tab({pageState: page.pageState, stampNow: () => 5, ...(whenAwake && {whenAwake})})
    side.onPush(({id, at}) => heard.push(`${name} ${id} ${at}`))
    return {page, side}
  }
  return {virtual, tab}
}
const away = {foreground: false, visible: false}

test('[CC30] where one tab is visible all of its browser hear, where none is nobody does', async () => {
  const {virtual, tab} = browser()
  const heard: string[] = []
  const [a, b] = [tab('A', heard), tab('B', heard)]
  expect(virtual.hand('token-1', push)).toBe(0)
  await a.side.token(config, null)
  a.page.turn(away)
  expect(virtual.hand('token-1', push)).toBe(2)
  expect(heard).toEqual(['A p1 5', 'B p1 5'])
  b.page.turn(away)
  expect(virtual.hand('token-1', push)).toBe(0)
  expect(heard).toHaveLength(2)
})

test('[CC51] of the tabs that call a token dead the first makes the new one, which the others take over', async () => {
  const {virtual, tab} = browser()
  const heard: string[] = []
  const sides = [tab('A', heard), tab('B', heard)].map(({side}) => side)
  const tokens = await Promise.all(sides.map((side) => side.token(config, 'token-1')))
  expect(tokens).toEqual([
    {ok: true, token: 'token-2'},
    {ok: true, token: 'token-2'},
  ])
  expect(virtual.hand('token-1', push)).toBe(0)
})

test('[CC30] a frozen tab hears what came when it is thawed', async () => {
  const {virtual, tab} = browser()
  const heard: string[] = []
  const waiting: (() => void)[] = []
  await tab('A', heard, (run) => waiting.push(run)).side.token(config, null)
  virtual.hand('token-1', push)
  expect(heard).toEqual([])
  for (const run of waiting) run()
  expect(heard).toEqual(['A p1 5'])
})
