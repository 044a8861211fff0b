/** Rule K3: a tab shows a message once. Each message is reported at its first doubled view, not at all that follow. */
import {verdictOf} from './checker.ts'
import type {Checker} from './checker.ts'
import type {Violation} from './verdict.ts'
import {viewsOf} from './view.ts'

export const duplicated: Checker = (history) => {
  const because: Violation[] = []
  const reported = new Set<string>()
  let views = 0

  for (const {tab, line, shown} of viewsOf(history)) {
    views += 1
    const here = new Set<string>()
    for (const {id} of shown) {
      const key = JSON.stringify([tab, id])
      if (here.has(id) && !reported.has(key)) {
        reported.add(key)
        because.push({rule: 'K3', tab, lines: [line], note: `${id} is there twice`})
      }
      here.add(id)
    }
  }
  return verdictOf(because, {views})
}
