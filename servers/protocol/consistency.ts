/**
 * Which copy of a conversation a read asks for. Observed as a parameter of Claude.ai's reads (CL24); on ChatGPT the same
 * parameter is invented (HB7). `eventual` may be
 * behind by the replica's lag; `strong` never is.
 */
export const CONSISTENCIES = ['eventual', 'strong'] as const
export type Consistency = (typeof CONSISTENCIES)[number]
