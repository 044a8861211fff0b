/** What a log keeps when nobody says otherwise. Invented: the real server's retention is unknown (LO5). */
import type {LogRetention} from './stream-log.ts'

export const defaultRetention: LogRetention = {maxEntries: 1_000, maxAgeMs: 300_000}
