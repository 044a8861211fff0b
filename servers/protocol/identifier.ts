/** Ids of users, conversations, messages and turns: they become parts of topics and paths, so their letters are few. */
import * as v from 'valibot'

export const identifier = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,128}$/))

/** The parent of a new chat's first message (observed). */
export const ROOT_PARENT = 'client-created-root'
