/** How near a person is to what she may use, said once it matters. Pure. Rule CC4. */
export function limitInWords(kind: 'within_limit' | 'approaching_limit' | 'exceeded_limit'): string | null {
  switch (kind) {
    case 'within_limit':
      return null
    case 'approaching_limit':
      return 'You are near your limit of messages.'
    case 'exceeded_limit':
      return 'Your limit of messages is used up; the next message may be refused.'
  }
}
