/** `POST /backend-api/conversation/{id}/async-status`. Observed with `null` alone (one source); what is answered is not known. Rule TG7. */
import * as v from 'valibot'

export const asyncStatusRequest = v.object({status: v.null()})
