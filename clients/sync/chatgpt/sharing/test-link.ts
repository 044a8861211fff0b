/** Ends of sockets and ports for tests: whoever made them carries what is said. */
export class TestLink extends EventTarget {
  url = ''
  onSend = (_text: string): void => {}
  onClose = (): void => {}

  send(text: string): void {
    this.onSend(text)
  }

  close(): void {
    this.onClose()
  }
}

export type PortEnd = ReturnType<typeof portEnd>

export function portEnd() {
  const texts: ((text: string) => void)[] = []
  const gones: (() => void)[] = []
  return {
    isClosed: false,
    text: (text: string) => texts.forEach((listener) => listener(text)),
    gone: () => gones.forEach((listener) => listener()),
    listens: {
      onText: (listener: (text: string) => void) => void texts.push(listener),
      onGone: (listener: () => void) => void gones.push(listener),
    },
  }
}
