/** What a Chromium is told, and nothing else: where the hosts are, and which certificate is theirs. Rules FB2, FB4. */

export type PushHosts = {readonly apiPort: number; readonly mcsPort: number; readonly spkiHash: string}

/** Pages of the machine itself are reached as ever, by address and by any name under localhost. */
const STAY = ['localhost', '*.localhost', '127.0.0.1'].map((host) => `EXCLUDE ${host}`)

/** Everything else has no address: the browser is hermetic. */
export function chromiumArgs({apiPort, mcsPort, spkiHash}: PushHosts): readonly string[] {
  const api = `127.0.0.1:${apiPort}`
  const rules = [
    `MAP mtalk.google.com 127.0.0.1:${mcsPort}`,
    `MAP android.clients.google.com ${api}`,
    `MAP jmt17.google.com ${api}`,
    `MAP *.googleapis.com ${api}`,
    'MAP * ~NOTFOUND',
    ...STAY,
  ]
  return [`--host-resolver-rules=${rules.join(', ')}`, `--ignore-certificate-errors-spki-list=${spkiHash}`]
}
