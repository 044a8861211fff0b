/** HTML by tagged template: what is put in is escaped, unless it is HTML already. */
export type Html = {readonly html: string}

type Part = Html | string | number | null | readonly Part[]

export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return {html: strings.map((text, index) => text + render(parts[index] ?? null)).join('')}
}

/** Trusts a text to be HTML: for what our own code has drawn. */
export const raw = (text: string): Html => ({html: text})

function render(part: Part): string {
  if (part === null) return ''
  if (typeof part === 'number') return String(part)
  if (typeof part === 'string') return escape(part)
  return 'html' in part ? part.html : part.map(render).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

export const escape = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
