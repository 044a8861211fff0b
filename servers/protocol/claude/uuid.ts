/** Ids on Claude.ai are UUIDs; the page makes some, the server makes others (version 7). Rules CL2, CL10. */
import * as v from 'valibot'

/** In lower case, as `crypto.randomUUID()` writes them: one id is one text. */
export const uuid = v.pipe(v.string(), v.uuid(), v.toLowerCase())

/** The parent of a conversation's first message (observed); no message has this id. */
export const ROOT_MESSAGE_UUID = '00000000-0000-4000-8000-000000000000'
