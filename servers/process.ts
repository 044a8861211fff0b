/** The platforms' servers as a process of their own. Knows nothing of experiments. */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {runControlled} from './controlled-process.ts'
import type {PlatformAddress} from './process-message.ts'
import {startServers, type ServedPlatform, type ServerOptions} from './start.ts'

const addressOf = ({baseUrl, origin}: ServedPlatform): PlatformAddress => ({baseUrl, origin})

runControlled({
  name: 'the servers',
  start(options: ServerOptions, record: (event: LedgerEvent) => void, flush) {
    // Servers that keep what they know are there to be killed: what is durable has to be in the book before anybody hears of it.
    if (!options.durableFile) return startServers(options, record)
    return startServers(options, (event) => {
      record(event)
      if (event.kind === 'committed') flush()
    })
  },
  told: ({chatgpt, claude}) => ({chatgpt: addressOf(chatgpt), claude: addressOf(claude)}),
})
