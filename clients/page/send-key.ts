/** Enter sends; Shift+Enter makes a new line, and Enter that ends an IME composition belongs to the IME. */
export const isSendKey = (event: KeyboardEvent) =>
  event.key === 'Enter' && !event.shiftKey && !event.isComposing
