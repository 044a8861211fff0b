/**
 * What the page's heading calls the conversation, and which model its picker names, read from the DOM. Gives what looks again,
 * for whoever observes the page; says only what changed, in the order of looking. Rules WI17–WI18.
 */
import type {WitnessEvent} from '#protocol/witness-event.ts'
import {textHash} from './transcript.ts'

export function watchHeader(say: (event: WitnessEvent) => void): (at: number) => void {
  let title: string | null = null
  let model: string | null = null
  let telling = Promise.resolve()

  async function tell(at: number, text: string): Promise<void> {
    say({kind: 'titled', at, chars: text.length, titleHash: await textHash(text)})
  }

  return (at) => {
    const heading = document.querySelector('h1')?.textContent ?? null
    if (heading !== null && heading !== title) {
      title = heading
      telling = telling.then(() => tell(at, heading))
    }
    const named = document.querySelector<HTMLSelectElement>('select[name=model]')?.value ?? null
    if (named !== null && named !== model) {
      model = named
      say({kind: 'model-shown', at, model: named})
    }
  }
}
