/** How near a person is to what she may use, said once it matters. Pure. Rules CC4, TG13–TG14. */
export function limitInWords(kind: 'within_limit' | 'approaching_limit' | 'exceeded_limit'): string | null {
  switch (kind) {
    case 'within_limit':
      return null
    case 'approaching_limit':
      return 'You are near your limit of messages.'
    case 'exceeded_limit':
      return `${usedUpInWords(null)} The next one may be refused.`
  }
}

/** `untilMs` of the wall clock; null where nobody said. */
export function usedUpInWords(untilMs: number | null): string {
  if (untilMs === null) return 'Your limit of messages is used up.'
  const time = new Date(untilMs).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'})
  return `Your limit of messages is used up until ${time}.`
}
