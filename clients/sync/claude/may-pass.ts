/** Whether asking again can help: nobody answered, or the server is busy or in trouble. Invented beyond 5xx. Pure. */
export const mayPass = ({status}: {readonly status: number}): boolean =>
  status === 0 || status === 408 || status === 425 || status === 429 || status >= 500
