/** What a person reads when the servers are up: what to open, what to try, how to end. Pure. */
import color from 'picocolors'
import {POLICIES, type PolicyName} from '#protocol/policy.ts'

type Served = {
  readonly baseUrl: string
  readonly policy: PolicyName
  readonly users: readonly {readonly id: string; readonly name: string}[]
}

export function serveWords({baseUrl, policy, users: [first, second]}: Served): string {
  const address = (userId: string | undefined, tab: string) =>
    `${baseUrl}/?${new URLSearchParams({...(userId === undefined ? {} : {as: userId}), tab, policy})}`
  return [
    `${color.bold('Tabwitness is serving')} the policy ${color.cyan(policy)} (the channel carries: ${POLICIES[policy].carriage}).`,
    '',
    `Open these two in tabs of one browser; both belong to ${first?.name ?? 'one person'}:`,
    `  tab A  ${color.underline(address(first?.id, 'A'))}`,
    `  tab B  ${color.underline(address(first?.id, 'B'))}`,
    ...(second === undefined ? [] : [`  (${second.name}, another person: ${address(second.id, 'A')})`]),
    '',
    `Try: send in A, open the same conversation in B, send again in A. ${whatToExpect(policy)}`,
    'Compare with: npm run tabwitness -- serve --policy content',
    '',
    'Ctrl-C ends it.',
  ].join('\n')
}

function whatToExpect(policy: PolicyName): string {
  if (policy === 'observed') return 'B shows nothing of it until it is reloaded: that is the hazard.'
  return `B shows it by way of ${policy}, without being reloaded.`
}
