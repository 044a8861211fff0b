/**
 * What is predicted of `stale-read`, and why. A disease shows and its cure ends it; of the rules with the remedies only
 * what follows from how they are defined (CF1–CF15), the rest is found out.
 */
import type {Platform} from '#protocol/platform.ts'
import {HAZARDS, type Hazard} from '../hazards/hazard.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Prediction} from '../scenario/experiment.ts'
import {cureInWords, SEND_REMEDIES, type SendRemedy} from './stale-read-settings.ts'

type Foretold = {readonly hazard: 'shows' | 'absent' | 'either'; readonly because: string}

export function predictStaleRead(cell: CellSpec): Prediction {
  return {main: 'either', return: null, refresh: null, ...foretold(cell)}
}

function foretold({platform, policy, conditions}: CellSpec): Foretold {
  const hazard = HAZARDS.find((name) => name === conditions['hazard'])
  if (hazard === undefined) return {hazard: 'either', because: 'nobody knows this hazard'}
  if (conditions['as'] === 'disease') return {hazard: 'shows', because: WHY[hazard]}
  if (conditions['as'] === 'cure') return {hazard: 'absent', because: `cured by ${cureInWords(hazard)}`}
  const remedy =
    SEND_REMEDIES.find((name) => name === policy) ??
    SEND_REMEDIES.find((name) => name === conditions['guards']) ??
    'none'
  return combinedOf(hazard, String(conditions['rule']), remedy, platform as Platform)
}

const WHY: Record<Hazard, string> = {
  'silent fork': 'a parent is a parent, however old (CF1), and B is told nothing',
  'both send': 'neither can have shown what the other sends in the same moment',
  'stale edit': 'an edit begins a branch at its place, and what A had is on the other one',
  'stale regenerate': 'another answer begins a branch at its place, and what A had is on the other one',
  'send into a stream': 'B is shown nothing of what is being written elsewhere',
  'sent into deleted': 'B did not hear of it, and asks nobody before it sends',
  'sent under an old name': 'B did not hear of it, and asks nobody before it sends',
  'stopped by another tab': 'the stream that A reads ends as any other does',
  'answered by the old model': 'every send names the model that its own page shows',
  'outbox replayed': 'what was kept names the leaf that B showed when it was written',
  'resent with the same ids': 'the server does not know the ids again',
  'resent with fresh ids': 'no server could know what is sent with other ids',
  'draft lost': 'what a tab keeps for itself ends with it',
  'read from a lagging replica': 'the reload reads a copy that is behind',
  'sent as another account': 'who signs in last with a browser is whose requests it sends',
}

function combinedOf(hazard: Hazard, rule: string, remedy: SendRemedy, platform: Platform): Foretold {
  if (remedy === 'if-match')
    return {
      hazard: 'absent',
      because: 'what does not name the current leaf is refused under every rule (CF10)',
    }
  if (hazard === 'stale edit') return ofEdits(remedy, platform)
  if (rule === 'reject') return {hazard: 'absent', because: 'what is out of date is refused (CF3)'}
  if (rule === 'rebase')
    return {
      hazard: 'absent',
      because: 'what is out of date goes to the current leaf, and B is told (CF5, CF15)',
    }
  if (remedy === 'none' || remedy === 'idempotent') return {hazard: 'shows', because: WHY[hazard]}
  if (hazard === 'silent fork') return ofLateSends(remedy, platform)
  if (remedy === 'warn-first')
    return {hazard: 'shows', because: 'when B sends it has heard of nothing to warn of (CF13)'}
  if (hazard === 'send into a stream') return ofStreams(remedy, platform)
  if (hazard === 'outbox replayed' && remedy === 'refetch-first')
    return {hazard: 'absent', because: 'without a network nobody can look, and nothing is sent (CF12)'}
  return {hazard: 'either', because: 'what B learns in time depends on the moment'}
}

/** Only ChatGPT lets another tab see an answer grow. */
function ofStreams(remedy: SendRemedy, platform: Platform): Foretold {
  if (remedy === 'content+resume' && platform === 'chatgpt')
    return {hazard: 'absent', because: 'B shows the answer being written, and lets nobody send'}
  if (remedy === 'refetch-first' && platform === 'claude')
    return {
      hazard: 'shows',
      because: 'B reads the question without the answer that is being written below it (CC6)',
    }
  return {hazard: 'either', because: 'what B learns in time depends on the moment'}
}

/** Edits work under every rule (CF2). */
function ofEdits(remedy: SendRemedy, platform: Platform): Foretold {
  if (remedy === 'none' || remedy === 'idempotent')
    return {hazard: 'shows', because: 'an edit means to branch, so that no rule refuses it (CF2)'}
  return ofLateSends(remedy, platform)
}

/** A's answer was complete before B acts. */
function ofLateSends(remedy: SendRemedy, platform: Platform): Foretold {
  if (remedy === 'refetch-first') return {hazard: 'absent', because: 'B shows it before it sends (CF12)'}
  if (remedy === 'content+resume' && platform === 'chatgpt')
    return {hazard: 'absent', because: 'B has shown it since it was written'}
  if (remedy === 'warn-first' && platform === 'chatgpt')
    return {hazard: 'absent', because: 'B heard that a turn has ended, and asks (CF13)'}
  return {hazard: 'either', because: 'whether the push is there in time is not said'}
}
