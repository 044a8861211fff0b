/**
 * What stands in the composer and was not sent, read from the DOM: after a load, when typing pauses, after an act of the
 * person's. Rule WI15.
 */
import type {WitnessEvent} from '#protocol/witness-event.ts'
import {textHash} from './transcript.ts'

const PAUSE_MS = 300

const fieldOf = (target: EventTarget | null) =>
  target instanceof HTMLTextAreaElement && target.name === 'prompt' ? target : null

/** Gives what reports at once. */
export function watchDraft(say: (event: WitnessEvent) => void): () => void {
  let typing: ReturnType<typeof setTimeout> | undefined

  const report = () => {
    clearTimeout(typing)
    void tell(performance.now())
  }
  async function tell(at: number): Promise<void> {
    const text = fieldOf(document.querySelector('textarea[name=prompt]'))?.value ?? ''
    say({kind: 'draft', at, chars: text.length, textHash: await textHash(text)})
  }

  document.addEventListener('input', ({target}) => {
    if (!fieldOf(target)) return
    clearTimeout(typing)
    typing = setTimeout(report, PAUSE_MS)
  })
  return report
}
