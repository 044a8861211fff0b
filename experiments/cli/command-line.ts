/** What every command is given, so that only `cli.ts` touches the console and the process. */
export type Surface = {
  /** For stdout. */
  readonly say: (text: string) => void
  /** For stderr. */
  readonly complain: (text: string) => void
  readonly out: NodeJS.WriteStream
  /** The exit code of a command that ended as it should; 0 unless it says otherwise. */
  readonly endWith: (exitCode: number) => void
}

/** For the end of a `--help`: what people type. */
export const examples = (lines: readonly (readonly [command: string, what: string])[]): string => {
  const width = Math.max(...lines.map(([command]) => command.length))
  return [
    '',
    'Examples:',
    ...lines.map(([command, what]) => `  $ tabwitness ${command.padEnd(width)}  ${what}`),
  ].join('\n')
}
