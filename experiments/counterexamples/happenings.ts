/**
 * What a line of a history says that happened: a clause for the telling and a label for the drawing. Only of lines that a
 * sign of a hazard may cite. Rules CX5–CX7.
 */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import type {RecordedEvent} from '../history/history-event.ts'
import {deedInWords, deedLabel} from './deeds.ts'
import {isAct} from './facts.ts'
import type {ActLine, Facts} from './facts.ts'
import {SERVER} from './marks.ts'

export type Happening = {
  readonly lane: string
  /** Without subject: the lane says whose it is. */
  readonly label: string
  /** With subject, without a moment: `A deleted the conversation`. */
  readonly clause: string
}

/** Null of what is nobody's doing. */
export function happeningOf(event: RecordedEvent, facts: Facts): Happening | null {
  switch (event.kind) {
    case 'witness':
      return isAct(event) ? ofAct(event, facts) : ofTestimony(event.tab, event.event, facts)
    case 'ledger':
      return ofLedger(event, event.event, facts)
    case 'tab-opened': {
      const account = accountOf(event.userId, facts)
      return {
        lane: event.tab,
        label: account === null ? 'opens' : `opens as ${account}`,
        clause: `${event.tab} was opened${account === null ? '' : ` by ${account}`}`,
      }
    }
    case 'tab-state':
      return {lane: event.tab, label: `is ${event.state}`, clause: `${event.tab} was ${event.state}`}
    case 'step':
      if (event.do !== 'type' || event.tab === null) return null
      return {lane: event.tab, label: 'types', clause: `${event.tab} typed and did not send`}
    default:
      return null
  }
}

const ofAct = (act: ActLine, facts: Facts): Happening => ({
  lane: act.tab,
  label: deedLabel(act, facts),
  clause: `${act.tab} ${deedInWords(act, facts)}`,
})

function ofTestimony(tab: string, said: WitnessEvent, {messages}: Facts): Happening | null {
  const happening = (label: string, clause: string): Happening => ({
    lane: tab,
    label,
    clause: `${tab} ${clause}`,
  })
  switch (said.kind) {
    case 'shown':
    case 'reading': {
      const name = messages.get(said.view.at(-1)?.id ?? '')?.name ?? 'nothing'
      return happening(`shows up to ${name}`, `showed the conversation up to ${name}`)
    }
    case 'titled':
      return happening('shows its name', 'showed the name that the conversation had')
    case 'model-shown':
      return happening(`shows ${said.model}`, `showed the model ${said.model}`)
    case 'notice':
      return said.text === null
        ? happening('says no more', 'took back what it had said')
        : happening('says so', `said “${said.text}”`)
    case 'draft':
      return said.chars === 0
        ? happening('composer: empty', 'had an empty composer')
        : happening(`composer: ${said.chars}`, `held ${said.chars} characters that were not sent`)
    case 'lifecycle':
      return said.event === 'loaded' ? happening('loads', 'loaded its page') : null
    default:
      return null
  }
}

function ofLedger(line: RecordedEvent, said: LedgerEvent, facts: Facts): Happening | null {
  const nameOf = (id: string) => facts.messages.get(id)?.name ?? 'a message'
  const happening = (label: string, clause: string): Happening => ({lane: SERVER, label, clause})
  const who = (act: ActLine['event']['act']) => actBefore(line, act, facts)?.tab ?? 'somebody'
  switch (said.kind) {
    case 'committed':
      return happening(`commits ${nameOf(said.messageId)}`, `the server committed ${nameOf(said.messageId)}`)
    case 'appended':
      return happening(`begins ${nameOf(said.messageId)}`, `the server wrote on ${nameOf(said.messageId)}`)
    case 'deleted':
      return happening('deletes it', `${who('deleted')} deleted the conversation`)
    case 'renamed':
      return happening('renames it', `${who('renamed')} gave the conversation another name`)
    case 'model-chosen':
      return happening(`takes ${said.model}`, `${who('model-chosen')} chose the model ${said.model}`)
    case 'stopped':
      return happening(`ends ${nameOf(said.messageId)}`, `the server ended ${nameOf(said.messageId)}`)
    case 'turn-began':
      return happening(`${said.model} answers`, `the server began an answer with the model ${said.model}`)
    case 'refused':
      return happening('refuses', `the server refused what was sent (${said.code})`)
    case 'asked': {
      const account = accountOf(said.userId, facts)
      const as = account === null ? '' : ` as ${account}`
      return happening(
        `takes it${account === null ? '' : ` for ${account}`}`,
        `the server answered a request of ${said.tab} (${said.what})${as}`,
      )
    }
    default:
      return null
  }
}

/** The person's act that the server's line follows from. */
export function actBefore(
  {at, line}: Pick<RecordedEvent, 'at' | 'line'>,
  act: ActLine['event']['act'],
  {lines}: Facts,
): ActLine | null {
  let found: ActLine | null = null
  for (const event of lines.values())
    if (isAct(event) && event.event.act === act && event.at <= at && event.line !== line) found = event
  return found
}

const ORDINALS = ['first', 'second', 'third'] as const

/** Null where all tabs are of one account. */
export function accountOf(userId: string, {userOf}: Facts): string | null {
  const users = [...new Set(userOf.values())]
  if (users.length < 2) return null
  const place = users.indexOf(userId)
  return place === -1 ? 'another account' : `the ${ORDINALS[place] ?? `${place + 1}th`} account`
}
