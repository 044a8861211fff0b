/** How texts are named in ledgers and readings: the first 16 hex digits of SHA-256 over UTF-8. Servers only; a page
 *  computes the same with `crypto.subtle`. Rule LE4. */
import {createHash} from 'node:crypto'

export const textHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16)
