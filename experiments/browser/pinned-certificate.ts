/**
 * Trust in one certificate, for a Firefox profile: what a person says who accepts it by hand, for named hosts only. No
 * system tool and no certificate authority; any other certificate of those hosts is refused as ever. Rule AP16.
 */
import {once} from 'node:events'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {connect} from 'node:tls'

export type PinnedCertificate = {readonly hosts: readonly string[]; readonly fingerprint: string}

/** Those that the `firebase` web SDK calls from the browser. */
const SDK_HOSTS = ['firebaseinstallations.googleapis.com', 'fcmregistrations.googleapis.com'] as const

/** OID of SHA-256, which the fingerprint was made with. */
const SHA256_OID = 'OID.2.16.840.1.101.3.4.2.1'

/** Asks the back end itself, and takes its certificate only if `caPem` vouches for it. */
export async function certificateOf({
  api,
  caPem,
}: {
  readonly api: {readonly host: string; readonly port: number}
  readonly caPem: string
}): Promise<PinnedCertificate> {
  const socket = connect({...api, ca: caPem, servername: SDK_HOSTS[0]})
  try {
    await once(socket, 'secureConnect')
    return {hosts: SDK_HOSTS, fingerprint: socket.getPeerCertificate().fingerprint256}
  } finally {
    socket.destroy()
  }
}

/** Before Firefox starts: it reads the file then and never again. */
export async function pinCertificate(
  profile: string,
  {hosts, fingerprint}: PinnedCertificate,
): Promise<void> {
  const lines = hosts.map((host) => `${host}:443:\t${SHA256_OID}\t${fingerprint}\t\n`)
  await writeFile(join(profile, 'cert_override.txt'), lines.join(''))
}
