/** Tests lie beside what they test. Processes, not threads: some of them are killed, and SQLite and browsers hang on them. */
import {defineConfig, type ViteUserConfig} from 'vitest/config'
import {BaseSequencer, type TestSpecification} from 'vitest/node'

export const LONG_TESTS = '{servers,clients,experiments}/**/*.long.test.ts'

const BROWSERS = ['/contracts/', '/cli.test.', '/page.test.']

/** What drives browsers takes longest: begun first, it does not keep everybody waiting in the end. */
class BrowsersFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- no array's: the sequencer's own
    const sorted = await super.sort(files)
    const isSlow = ({moduleId}: TestSpecification) => BROWSERS.some((part) => moduleId.includes(part))
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}

const ELSEWHERE = ['**/node_modules/**', '**/dist/**', 'results/**']

export const settings: NonNullable<ViteUserConfig['test']> = {
  exclude: ELSEWHERE,
  pool: 'forks',
  // Much of the time is spent waiting for browsers: three files at a time, on two cores as well.
  maxWorkers: 3,
  sequence: {sequencer: BrowsersFirst},
  execArgv: ['--disable-warning=ExperimentalWarning'],
  testTimeout: 20_000,
  hookTimeout: 20_000,
  teardownTimeout: 10_000,
}

export default defineConfig({
  test: {
    ...settings,
    include: ['{servers,clients,experiments}/**/*.test.ts'],
    exclude: [...ELSEWHERE, LONG_TESTS],
  },
})
