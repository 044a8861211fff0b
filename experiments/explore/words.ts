/** An exploration in words: what was explored, what was found, its smallest acts, and how to have it again. Pure. */
import {inWords as counterExampleInWords} from '../counterexamples/in-words.ts'
import {counterExampleOf} from '../counterexamples/minimise.ts'
import {GUARANTEES} from '../guarantees/guarantee.ts'
import {parseHistory} from '../history/history-reader.ts'
import {allInShort, inWords} from './act.ts'
import type {Find} from './batch.ts'
import type {Confirmation} from './confirm.ts'
import {isSurprise, type Explored} from './explore.ts'
import type {Target} from './interleaving.ts'
import {tabsOf} from './interleaving.ts'
import {EXPLORE_LIMITS} from './judge-interleaving.ts'
import {pathInShort} from './path.ts'
import {guaranteeOf, type Sought} from './sought.ts'

export const targetInWords = ({platform, rule, policy, guards}: Target): string =>
  [platform, rule, policy, ...(guards.length === 0 ? [] : [guards.join('+')])].join(', ')

export function soughtInWords(name: Sought): string {
  if (name === 'comesBack') return 'a tab did not come back'
  if (name === 'noStaleBranch') return 'an edit or another answer hid what its tab had not shown (SG20)'
  return `${name} (${GUARANTEES[name]}) was broken`
}

const inS = (ms: number) => `${(ms / 1_000).toFixed(1)} s`

export function exploredInWords(explored: Explored, seed: string, mostTabs: number): readonly string[] {
  const {target, played, orders, find, broken, tookMs, isFinished} = explored
  const each = played === 0 ? '' : `, ${(tookMs / played).toFixed(0)} ms each`
  const head = `${targetInWords(target)}: ${played} interleavings in ${orders} different orders, ${inS(tookMs)}${each}`
  const others = Object.entries(broken).map(([name, count]) => `${name} ${count}`)
  return [
    isFinished ? head : `${head}; ended before it was finished`,
    ...(find === null ? ['  nothing was found'] : findInWords(explored, find, seed, mostTabs)),
    ...(others.length === 0 ? [] : [`  broken in so many, looked for or not: ${others.join(', ')}`]),
  ]
}

function findInWords(explored: Explored, find: Find, seed: string, mostTabs: number): readonly string[] {
  const {interleaving, principal, foundAt, again, triedSmaller} = find
  const is = isSurprise(explored) ? 'FOUND' : 'found, as predicted'
  const tabs = tabsOf(interleaving).join(', ')
  return [
    `  ${is}, at interleaving ${foundAt}: ${soughtInWords(principal)}`,
    `  the smallest (of ${triedSmaller} that were tried; again in ${again.broke} of ${again.times}): tabs ${tabs}; the model answers ${interleaving.pace}`,
    ...interleaving.acts.map((act, index) => `    ${index + 1}. ${inWords(act)}`),
    ...storyOf(find).map((sentence) => `  ${sentence}`),
    '  once more:',
    `    ${againCommand(find, seed, mostTabs)}`,
    `    ${actsCommand(find)}`,
  ]
}

/** What happened in it, told as a counter-example. */
export function storyOf({principal, history}: Pick<Find, 'principal' | 'history'>): readonly string[] {
  const read = parseHistory(history)
  const guarantee = guaranteeOf(principal)
  if (!read.ok || guarantee === null) return []
  const example = counterExampleOf(read.history, guarantee, EXPLORE_LIMITS)
  return example === null ? [] : counterExampleInWords(example)
}

const PROGRAM = 'npm run tabwitness -- explore'

const ofTarget = ({platform, rule, policy, guards}: Target): string =>
  `--platform ${platform} --rule ${rule} --policy ${policy} --guards ${guards.length === 0 ? 'none' : guards.join(',')}`

const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`

/** The same draw, and the same way of making it smaller. */
export const againCommand = ({interleaving, path}: Find, seed: string, mostTabs: number): string =>
  `${PROGRAM} ${ofTarget(interleaving)} --tabs ${mostTabs} --seed ${quoted(seed)} --path ${quoted(pathInShort(path))}`

/** The acts themselves. */
export const actsCommand = ({interleaving}: Find): string => {
  const {acts, tabCount, pace, seed} = interleaving
  return `${PROGRAM} ${ofTarget(interleaving)} --tabs ${tabCount} --pace ${pace} --seed ${quoted(seed)} --acts ${quoted(allInShort(acts))}`
}

export function confirmationInWords(confirmation: Confirmation): string {
  if (confirmation.name === 'not-played') return `not played in real tabs: ${confirmation.why}`
  const {confirmed, times} = confirmation
  const is = confirmed === 0 ? 'not confirmed in real tabs' : 'confirmed in real tabs'
  return `${is}: ${confirmed} of ${times}`
}
