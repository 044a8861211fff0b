/** Tests lie beside what they test. Processes, not threads: some of them are killed, and SQLite and browsers hang on them. */
import {defineConfig} from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{servers,clients,experiments}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**', 'results/**'],
    pool: 'forks',
    execArgv: ['--disable-warning=ExperimentalWarning'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    teardownTimeout: 10_000,
  },
})
