/** The tests of whole runs, of a second browser, of a browser's own back-off: minutes, not seconds. `npm run test:long`. */
import {defineConfig} from 'vitest/config'
import {LONG_TESTS, settings} from './vitest.config.ts'

export default defineConfig({
  test: {
    ...settings,
    include: [LONG_TESTS],
    testTimeout: 180_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
