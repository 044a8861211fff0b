/**
 * The command `tabwitness`. Reads the command line, says what is wrong with it in one sentence, and turns the end of
 * the work into an exit code: 0, 1 and 2 from the work, 64 bad usage, 70 crash. Only this file and the set-up print.
 */
import {readFileSync} from 'node:fs'
import {Command, CommanderError} from 'commander'
import type {Surface} from './cli/command-line.ts'
import {addCheckCommand} from './cli/check-command.ts'
import {addExploreCommand} from './cli/explore-command.ts'
import {addFaultsCommand} from './cli/faults-command.ts'
import {addFcmCommand} from './cli/fcm-command.ts'
import {addListCommand} from './cli/list-command.ts'
import {addReplayCommand} from './cli/replay-command.ts'
import {addRunCommand} from './cli/run-command.ts'
import {addServeCommand} from './cli/serve-command.ts'
import {addShrinkCommand} from './cli/shrink-command.ts'
import {SetupFailure} from './setup/project.js'
import {UsageError} from './usage-error.ts'

const EXIT_USAGE = 64
const EXIT_CRASH = 70

let exitCode = 0
const surface: Surface = {
  say: (text) => console.log(text),
  complain: (text) => console.error(text),
  out: process.stdout,
  endWith: (code) => {
    exitCode = code
  },
}

// Whoever reads our output may stop reading (`| head`); that ends us and is no crash.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : EXIT_CRASH),
)

try {
  await commandLine().parseAsync()
} catch (error) {
  exitCode = explain(error)
}
process.exit(exitCode)

function commandLine(): Command {
  const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  const program = new Command('tabwitness')
    .description('Shows, with numbers and evidence, what realtime sync between browser tabs really does.')
    .version(version)
    .helpCommand(false)
    .exitOverride()
    .configureOutput({outputError: () => {}})
  addRunCommand(program, surface)
  addListCommand(program, surface)
  addCheckCommand(program, surface)
  addReplayCommand(program, surface)
  addShrinkCommand(program, surface)
  addFaultsCommand(program, surface)
  addExploreCommand(program, surface)
  addServeCommand(program, surface)
  addFcmCommand(program, surface)
  return program
}

function explain(error: unknown): number {
  if (error instanceof UsageError) return complain(error.message, EXIT_USAGE)
  if (error instanceof SetupFailure) return complain(error.message, error.exitCode)
  if (error instanceof CommanderError) {
    // Help and version were asked for and have been printed; the bare command prints its help as an answer to nothing.
    if (error.exitCode === 0) return 0
    return error.code === 'commander.help' ? EXIT_USAGE : complain(usageSentence(error), EXIT_USAGE)
  }
  const told = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return complain(
    `Tabwitness crashed, which it should not: ${told}\nCells that were finished are kept.`,
    EXIT_CRASH,
  )
}

function complain(text: string, code: number): number {
  surface.complain(text)
  return code
}

/** Commander's own words as one sentence that says where the accepted ones are listed. */
function usageSentence({message}: CommanderError): string {
  const oneLine = message
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
  const words = oneLine.replaceAll('. ', ': ').replace(/\.$/, '')
  const command = process.argv
    .slice(2)
    .find((word) =>
      ['run', 'list', 'check', 'replay', 'shrink', 'faults', 'explore', 'serve', 'fcm'].includes(word),
    )
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}; see tabwitness ${command ? `${command} ` : ''}--help.`
}
