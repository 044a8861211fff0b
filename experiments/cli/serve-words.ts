/** What a person reads when the servers are up: what to open, what to try, how to end. Pure. */
import color from 'picocolors'
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {POLICIES, POLICIES_OF, type PolicyName} from '#protocol/policy.ts'

type Served = {
  readonly baseUrls: Readonly<Record<Platform, string>>
  readonly policy: PolicyName
  readonly users: readonly {readonly id: string; readonly name: string}[]
  readonly push: PushInWords
}

/** `local`: a browser hears of it only when it was started with these arguments. */
export type PushInWords =
  | {readonly name: 'none'}
  | {readonly name: 'google'}
  | {readonly name: 'local'; readonly chromiumArgs: readonly string[]}

const NAMES = {chatgpt: 'ChatGPT', claude: 'Claude.ai'} as const satisfies Record<Platform, string>
const WIDTH = Math.max(...Object.values(NAMES).map(({length}) => length))

/** A policy that a platform has not is, there, its carriage alone. */
export const policyOn = (platform: Platform, policy: PolicyName): PolicyName =>
  POLICIES_OF[platform].includes(policy) ? policy : POLICIES[policy].carriage

export function serveWords({baseUrls, policy, users: [first, second], push}: Served): string {
  const address = (platform: Platform, userId: string | undefined, tab: string) => {
    const person = userId === undefined ? {} : {as: userId}
    return `${baseUrls[platform]}/?${new URLSearchParams({...person, tab, policy: policyOn(platform, policy)})}`
  }
  const tabs = PLATFORMS.flatMap((platform) => [
    `  ${NAMES[platform].padEnd(WIDTH)}  tab A  ${color.underline(address(platform, first?.id, 'A'))}`,
    `  ${' '.repeat(WIDTH)}  tab B  ${color.underline(address(platform, first?.id, 'B'))}`,
  ])
  return [
    `${color.bold('Tabwitness is serving')} the policy ${color.cyan(policy)} (the channel carries: ${POLICIES[policy].carriage}).`,
    '',
    `Open a pair of these in tabs of one browser; all belong to ${first?.name ?? 'one person'}:`,
    ...tabs,
    ...(second === undefined
      ? []
      : [`  (${second.name}, another person: ${address('chatgpt', second.id, 'A')})`]),
    '',
    `Try: send in A, open the same conversation in B, send again in A. ${whatToExpect(policy)}`,
    'Compare with: npm run tabwitness -- serve --policy content',
    '',
    ...pushWords(push, baseUrls.claude),
    '',
    'Ctrl-C ends it.',
  ].join('\n')
}

function whatToExpect(policy: PolicyName): string {
  if (policy === 'observed') return 'B shows nothing of it until it is reloaded: that is the hazard.'
  return `B shows it by way of ${policy}, without being reloaded.`
}

function pushWords(push: PushInWords, claudeUrl: string): readonly string[] {
  switch (push.name) {
    case 'none':
      return [
        "Claude.ai pushes nothing here, so its tabs have no channel: a browser knows only Google's push service.",
        'With push: npm run tabwitness -- serve --fcm',
      ]
    case 'google':
      return ['Claude.ai pushes through the Firebase project that the environment names.']
    case 'local':
      return [
        'Claude.ai pushes through a back end of its own. Only a Chromium that is started like this hears of it',
        '(such a Chromium reaches nothing but this machine; allow notifications on the page when it asks):',
        '',
        `  chromium --user-data-dir="$(mktemp -d)" ${push.chromiumArgs.map(quoted).join(' ')} ${claudeUrl}`,
      ]
  }
}

/** For a shell. */
const quoted = (argument: string): string => `'${argument.replaceAll("'", String.raw`'\''`)}'`
