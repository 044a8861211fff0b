/** One cell of triggers in a stock Chromium: what its channel said, when, and that nothing secret of it is in the history. */
import {expect, vi} from 'vitest'
import {Tab} from '../browser/tab.ts'
import type {History} from '../history/history-event.ts'
import type {Step} from '../scenario/step.ts'
import {triggerFindings} from '../triggers/trigger-finding.ts'
import {inABrowser, opens, play, validityOf} from './cell-stage.ts'

const steps: readonly Step[] = [
  ...opens,
  {do: 'begin'},
  {do: 'trigger', trigger: 'message sent', tab: 'A'},
  {do: 'trigger', trigger: 'turn complete', tab: 'A'},
  {do: 'trigger', trigger: 'renamed', tab: 'A'},
  {do: 'trigger', trigger: 'sent on another device', tab: null},
]
/** Long enough that its stream is asked for before it is over, be the machine as busy as it likes. */
const conditions = {windowMs: 400, tokens: 20, tokensPerSecond: 20, modelSpeed: 2}

/** Everything of the tabs' requests, sockets and answers in which a token can be, as the browser has it. */
function overheard(): {readonly tokens: () => readonly string[]} {
  const texts: string[] = []
  const {captureFrames} = Tab.prototype
  vi.spyOn(Tab.prototype, 'captureFrames').mockImplementation(async function (this: Tab, tell) {
    this.cdp.on('Network.requestWillBeSent', ({request}) => texts.push(JSON.stringify(request)))
    this.cdp.on('Network.webSocketCreated', ({url}) => texts.push(url))
    return captureFrames.call(this, (frame) => {
      texts.push(frame.text)
      tell(frame)
    })
  })
  const all = (pattern: RegExp) =>
    texts.flatMap((text) => [...text.matchAll(pattern)].map(([, token]) => token ?? ''))
  return {
    tokens: () => [
      ...new Set([
        ...all(/Bearer ([\w-]{20,})/g),
        ...all(/verify=([\w-]{20,})/g),
        ...all(/(eyJ[\w-]+\.[\w-]+\.[\w-]+)/g),
      ]),
    ],
  }
}

inABrowser(
  '[TG20] [TG26] what an idle tab is sent of a turn, a title and another client’s turn',
  async () => {
    const heard = overheard()
    let history: History
    try {
      history = await play(steps, null, {policy: 'observed', conditions})
    } finally {
      vi.restoreAllMocks()
    }
    expect(validityOf(history)).toEqual(['valid'])

    const said = triggerFindings(history)
      .filter(({channel}) => channel === 'celsius')
      .map(({cause, frames}) => [cause, ...frames.map(({type, bytes}) => `${type} ${bytes}`)])
    const complete = ['turn complete', 'conversation-turn-complete 180']
    expect(said.filter(([cause]) => cause !== 'answer goes on')).toEqual([
      ['message sent'],
      complete,
      ['renamed', expect.stringMatching(/^conversation-history-update \d+$/)],
      ['sent on another device'],
      complete,
    ])

    // [TG20] The page's script has a frame right after its browser, on the same clock.
    const lags = lagsOf(history)
    expect(lags.length).toBeGreaterThanOrEqual(3)
    const median = lags.toSorted((a, b) => a - b)[Math.floor(lags.length / 2)] ?? NaN
    expect(median).toBeGreaterThan(-1)
    expect(median).toBeLessThan(5)

    // [TG23] The tokens were there: a bearer, a verify, a resume token and those that a send needs.
    const tokens = heard.tokens()
    expect(tokens.length).toBeGreaterThanOrEqual(5)
    const text = JSON.stringify(history)
    expect(text).toContain('"token\\":\\"<token of ')
    expect(tokens.filter((token) => text.includes(token))).toEqual([])
  },
)

/** From the browser's stamp of a frame to the page's, for frames at B. */
function lagsOf({events}: History): readonly number[] {
  const frames = events.filter(
    (event) =>
      event.kind === 'captured' &&
      event.channel === 'celsius' &&
      event.tab === 'B' &&
      event.direction === 'to-browser' &&
      event.raw.includes('"payload"'),
  )
  const received = events.filter(
    (event) =>
      event.kind === 'witness' &&
      event.tab === 'B' &&
      event.event.kind === 'received' &&
      event.event.via === 'celsius',
  )
  return frames.map(({at}, index) => (received[index]?.at ?? NaN) - at)
}
