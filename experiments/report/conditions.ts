/** Which conditions tell the rows of an experiment apart, and how they are said. */
export type Conditions = Readonly<Record<string, string | number>>

const WORDS: Readonly<Record<string, (value: string | number) => string>> = {
  browser: (name) => BROWSERS[String(name)] ?? String(name),
  state: (state) => String(state).replaceAll('-', ' '),
  place: (place) => String(place).replaceAll('-', ' '),
  tabs: (tabs) => (tabs === 1 ? '1 tab' : `${tabs} tabs`),
  windowMs: (ms) => `window ${Number(ms) / 1_000} s`,
  deadlineMs: (ms) => `at most ${Number(ms) / 1_000} s`,
  modelSpeed: (speed) => `model speed ×${speed}`,
  tokensPerSecond: (rate) => `${rate} tokens/s`,
  tokens: (count) => `${count} tokens`,
  channelDelayMs: (ms) => `channel delay ${ms} ms`,
  fault: (fault) => (fault === 'none' ? 'no fault' : String(fault)),
  case: (what) => String(what),
  who: (who) => String(who),
  keepAliveMs: (ms) => `ACCELERATED: a keep-alive every ${Number(ms) / 1_000} s (observed: 30 s)`,
  pingMs: (ms) => `a ping every ${Number(ms) / 1_000} s`,
  positionBoundMs: (ms) => `a position within ${Number(ms) / 1_000} s`,
  delivery: (name) => DELIVERY_WORDS[String(name)] ?? `MODELLED delivery ${name}`,
}

const SETTINGS: ReadonlySet<string> = new Set(['keepAliveMs', 'pingMs', 'positionBoundMs'])

const DELIVERY_WORDS: Readonly<Record<string, string>> = {
  raw: 'raw push delivery',
  modelled: 'MODELLED push delivery, 0.5–2 s',
  delayed: 'MODELLED push delivery, 1 s late',
  dropped: 'MODELLED push delivery, all dropped',
  doubled: 'MODELLED push delivery, all doubled',
  reordered: 'MODELLED push delivery, out of order',
}

const BROWSERS: Readonly<Record<string, string>> = {chromium: 'Chromium', firefox: 'Firefox'}

/** Beside rows that name one: what a condition is where a row names none. */
const UNSAID: Readonly<Record<string, string>> = {browser: 'Chromium'}

export const sayCondition = (name: string, value: string | number): string =>
  WORDS[name]?.(value) ?? `${name} ${value}`

export const sayConditions = (conditions: Conditions, names = Object.keys(conditions)): string =>
  names
    .flatMap((name) => {
      const value = conditions[name]
      return value === undefined ? (UNSAID[name] ?? []) : [sayCondition(name, value)]
    })
    .join(', ')

/** The names whose values differ between rows, and those that all share: the former label rows, the latter a caption. */
export function splitConditions(rows: readonly Conditions[]): {
  readonly varying: string[]
  readonly shared: string[]
} {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const isShared = (name: string) => {
    // What is a setting of one platform's channel does not tell its rows from another platform's.
    const own = SETTINGS.has(name) ? rows.filter((row) => row[name] !== undefined) : rows
    return own.every((row) => row[name] === own[0]?.[name])
  }
  return {varying: names.filter((name) => !isShared(name)), shared: names.filter(isShared)}
}
