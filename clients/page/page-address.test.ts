import {expect, test} from 'vitest'
import {PAGE_HABITS} from '#protocol/page-habits.ts'
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {readAddress} from './page-address.ts'
import {addressOf, PATHS} from './page-paths.ts'

const settingsOf = (path: string, platform: Platform = 'chatgpt') => {
  const address = readAddress(platform, new URL(path, 'http://127.0.0.1'), 'tab-0000')
  return address.ok ? address.settings : address.problem
}

test('[PO1] an address that says nothing is a new chat under the observed policy', () => {
  expect(settingsOf('/')).toEqual({
    conversationId: null,
    userId: null,
    tab: 'tab-0000',
    isTabNamed: false,
    remedies: [],
    sendGuards: [],
    policyInWords: 'policy observed',
    pollPace: 5_000,
  })
})

test('[PO1] an address names conversation, person, tab and policy', () => {
  expect(settingsOf('/c/11-22?as=ada&tab=A&policy=content%2Bresume&pollIntervalMs=250')).toEqual({
    conversationId: '11-22',
    userId: 'ada',
    tab: 'A',
    isTabNamed: true,
    remedies: ['resume'],
    sendGuards: [],
    policyInWords: 'policy content+resume',
    pollPace: 250,
  })
})

test('[PO1] remedies are named one by one, or none', () => {
  expect(settingsOf('/?remedies=focus,poll')).toMatchObject({remedies: ['poll', 'focus']})
  expect(settingsOf('/?remedies=')).toMatchObject({remedies: [], policyInWords: 'no remedies'})
})

test('[CF10] [CF13] guards are named one by one, whatever the policy', () => {
  expect(settingsOf('/?policy=hint&guards=warn-first,if-match')).toMatchObject({
    remedies: [],
    sendGuards: ['if-match', 'warn-first'],
    policyInWords: 'policy hint, if-match, warn-first',
  })
})

test('[HB1] habits are named one by one; those that are not named are the first of each', () => {
  expect(settingsOf('/?policy=content&guards=if-match&reads=strong&resend=fresh-ids')).toMatchObject({
    habits: {resend: 'fresh-ids', outbox: 'none', drafts: 'tab', login: 'tab', reads: 'strong'},
    policyInWords: 'policy content, if-match, resend fresh-ids, reads strong',
  })
})

test.each(Object.entries(PAGE_HABITS).flatMap(([habit, values]) => values.map((value) => [habit, value])))(
  '[HB1] %s=%s is read on both platforms, and stays in the address',
  (habit, value) => {
    for (const platform of PLATFORMS)
      expect(settingsOf(`/?${habit}=${value}`, platform)).toMatchObject({habits: {[habit]: value}})
  },
)

test('[HB1] who names no habit has none, and the page is opened as it always was', () => {
  expect(settingsOf('/?policy=content')).not.toHaveProperty('habits')
})

test.each(Object.entries(PAGE_HABITS))(
  '[HB1] %s= with another value is refused in one sentence',
  (habit, values) => {
    const sentence = settingsOf(`/?${habit}=sometimes`)
    expect(sentence).toBe(`${habit}="sometimes" is unknown; accepted are ${values.join(', ')}.`)
  },
)

test.each([
  ['/?policy=poll', 1_000],
  ['/?policy=poll-5s', 5_000],
  ['/?policy=poll-adaptive', 'adaptive'],
  ['/?policy=poll-5s&pollIntervalMs=adaptive', 'adaptive'],
  ['/?policy=poll-adaptive&pollIntervalMs=300', 300],
  ['/?remedies=poll', 5_000],
])('[PO4] %s polls at the pace %s', (path, pollPace) => {
  expect(settingsOf(path)).toMatchObject({pollPace})
})

test.each([
  ['/?policy=magic', 'policy="magic" is unknown; accepted are observed, hint, content,'],
  ['/?remedies=poll,hope', 'remedies="poll,hope" names "hope"; accepted are resume, probe, watchdog,'],
  ['/?policy=poll&remedies=poll', 'names both policy= and remedies='],
  ['/?pollIntervalMs=soon', 'pollIntervalMs="soon" is no whole number from 1 to 600000, nor "adaptive".'],
  ['/?guards=luck', 'guards= names "luck"; accepted are if-match, idempotent, refetch-first, warn-first.'],
  ['/?tab=a%20b', 'tab="a b" is no tab name;'],
  ['/?tab=a.b', 'tab="a.b" is no tab name; it takes 1 to 32 letters, digits, "_" or "-".'],
  ['/settings', 'There is no page at "/settings";'],
])('[PO1] %s is refused with one sentence', (path, sentence) => {
  expect(settingsOf(path)).toContain(sentence)
})

test('[PO1] a + that stands for a blank in a query still names the policy', () => {
  expect(settingsOf('/?policy=content+resume')).toMatchObject({policyInWords: 'policy content+resume'})
})

test('[PO1] settings stay in the address from conversation to conversation', () => {
  expect(addressOf(PATHS.chatgpt, '11-22', '?as=ada')).toBe('/c/11-22?as=ada')
  expect(addressOf(PATHS.chatgpt, null, '?as=ada')).toBe('/?as=ada')
})

test.each([
  ['/', null],
  ['/new', null],
  ['/chat/11-22', '11-22'],
])('[PO1] on Claude %s is the address of %s', (path, conversationId) => {
  expect(settingsOf(path, 'claude')).toMatchObject({conversationId})
  expect(PATHS.claude.read(addressOf(PATHS.claude, conversationId, ''))).toBe(conversationId)
})

test.each([
  ['/c/11-22', 'there is one at "/new" and at "/chat/{conversation id}".'],
  ['/?policy=leader', 'policy="leader" is unknown; accepted are observed, hint, content, content+resume,'],
  ['/?remedies=position', 'names "position"; accepted are resume, probe, poll, focus, relay.'],
])('[PO8] on Claude %s is refused', (path, sentence) => {
  expect(settingsOf(path, 'claude')).toContain(sentence)
})
