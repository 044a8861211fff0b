/**
 * Ends another program's process group when this process ends, however it ends: a shell holds the other end of a pipe,
 * and kills the group when the pipe closes. Where there is no shell (Windows), only an ordinary end is covered.
 */
import {spawn} from 'node:child_process'

/** `pid` leads its own process group. Returns the function that calls it off. */
export function endWithUs(pid: number): () => void {
  if (process.platform === 'win32') return () => {}
  // `read` returns when we close the pipe or are gone; called off, the shell is killed before it gets further.
  const shell = spawn('/bin/sh', ['-c', `read -r _; kill -9 -${pid}`], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  })
  shell.on('error', () => {})
  shell.unref()
  return () => shell.kill('SIGKILL')
}
