/** Whether the browser says that it has a network, kept up to date. That there is one does not mean that it leads anywhere. */
import {useLayoutEffect, useState} from 'preact/hooks'

export function useOnline(): boolean {
  const [isOnline, setOnline] = useState(() => navigator.onLine)
  useLayoutEffect(() => {
    const look = () => setOnline(navigator.onLine)
    window.addEventListener('online', look)
    window.addEventListener('offline', look)
    return () => {
      window.removeEventListener('online', look)
      window.removeEventListener('offline', look)
    }
  }, [])
  return isOnline
}
