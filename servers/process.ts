/** The platforms' servers as a process of their own. Knows nothing of experiments. */
import {runControlled} from './controlled-process.ts'
import type {PlatformAddress} from './process-message.ts'
import {startServers, type ServedPlatform, type ServerOptions} from './start.ts'

const addressOf = ({baseUrl, origin}: ServedPlatform): PlatformAddress => ({baseUrl, origin})

runControlled({
  name: 'the servers',
  start: (options: ServerOptions, record: Parameters<typeof startServers>[1]) =>
    startServers(options, record),
  told: ({chatgpt, claude}) => ({chatgpt: addressOf(chatgpt), claude: addressOf(claude)}),
})
