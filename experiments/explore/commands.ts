/**
 * Acts as fast-check's commands: which can follow is said by the model, what happens is the scene's. The choice of acts is
 * fast-check's, so that it can make a find smaller; every order of acts and of deliveries can come out. Rules RP10, RP11.
 */
import * as fc from 'fast-check'
import {HELD, type Act, type TabAct} from './act.ts'
import {MOST_TABS, PACES, type Pace} from './interleaving.ts'
import {happen, isPossible, tabsAtFirst, type TabsNow} from './possible.ts'
import type {Scene} from './scene.ts'

/** A tab by its place; how many there are is drawn beside. */
type Drawn = (tabs: readonly string[]) => Act

export class ActCommand implements fc.AsyncCommand<TabsNow, Pick<Scene, 'do'>> {
  readonly #drawn: Drawn

  constructor(drawn: Drawn) {
    this.#drawn = drawn
  }

  act(tabs: readonly string[]): Act {
    return this.#drawn(tabs)
  }

  check(model: Readonly<TabsNow>): boolean {
    return isPossible(this.act(model.tabs), model)
  }

  async run(model: TabsNow, scene: Pick<Scene, 'do'>): Promise<void> {
    const act = this.act(model.tabs)
    happen(act, model)
    await scene.do(act)
  }

  toString(): string {
    return this.act(['A', 'B', 'C', 'D', 'E']).do
  }
}

/** How often each is drawn, compared with the others. */
const WEIGHTS: Readonly<Record<TabAct, number>> = {
  send: 10,
  edit: 3,
  regenerate: 3,
  stop: 2,
  'turn-branch': 2,
  'show-changes': 2,
  'send-anyway': 2,
  reload: 1,
  freeze: 2,
  thaw: 2,
  offline: 2,
  online: 2,
  release: 3,
}
const [HOLD, LET_ONE, REST, MOMENT] = [4, 6, 6, 4]
const MOST_WAITING = 6

/** Longer ones find no more in the same time; each play costs as long as its acts. */
const MOST_ACTS = 14

const place = fc.nat({max: MOST_TABS - 1})
const at = (tabs: readonly string[], index: number): string => tabs[index % tabs.length] ?? 'A'

const ofTab = (act: TabAct) =>
  place.map((index) => new ActCommand((tabs) => ({do: act, tab: at(tabs, index)})))

/**
 * A rest comes first, and what breaks nothing is made one: fast-check keeps the last command of a run, because it takes it
 * for the one that failed, but what was broken is only judged afterwards.
 */
const anyAct: fc.Arbitrary<ActCommand> = fc.oneof(
  {withCrossShrink: true},
  {weight: REST, arbitrary: fc.constant(new ActCommand(() => ({do: 'rest'})))},
  ...(Object.keys(WEIGHTS) as TabAct[]).map((act) => ({weight: WEIGHTS[act], arbitrary: ofTab(act)})),
  {
    weight: HOLD,
    arbitrary: fc
      .tuple(place, fc.constantFrom(...HELD))
      .map(([index, what]) => new ActCommand((tabs) => ({do: 'hold', tab: at(tabs, index), what}))),
  },
  {
    weight: LET_ONE,
    arbitrary: fc
      .tuple(place, fc.nat({max: MOST_WAITING - 1}))
      .map(([index, which]) => new ActCommand((tabs) => ({do: 'let-one', tab: at(tabs, index), which}))),
  },
  {weight: MOMENT, arbitrary: fc.constant(new ActCommand(() => ({do: 'moment'})))},
)

export type Commands = Iterable<fc.AsyncCommand<TabsNow, Pick<Scene, 'do'>>>

/** A new one for every check: it remembers which commands ran, to make finds smaller. */
export const commandsOf = (replayPath: string | null): fc.Arbitrary<Commands> =>
  fc.commands<TabsNow, Pick<Scene, 'do'>, false>([anyAct], {
    maxCommands: MOST_ACTS,
    size: 'max',
    ...(replayPath !== null && {replayPath}),
  })

export const paces: fc.Arbitrary<Pace> = fc.constantFrom(...PACES)

/** The acts that will happen: those that the model lets happen, in their order. Nothing is played. */
export async function actsOf(commands: Commands, tabs: readonly string[]): Promise<readonly Act[]> {
  const acts: Act[] = []
  const real = {do: async (act: Act) => void acts.push(act)}
  await fc.asyncModelRun(() => ({model: tabsAtFirst(tabs), real}), commands)
  return acts
}
