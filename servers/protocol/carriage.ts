/** What the channel carries about a conversation. SPEC: CA1–CA3. */
export const CARRIAGES = ['observed', 'hint', 'content'] as const
export type Carriage = (typeof CARRIAGES)[number]
