/**
 * Trust in one certificate, for a Firefox profile: what a person says who accepts it by hand, for named hosts only. No
 * system tool and no certificate authority; any other certificate of those hosts is refused as ever. Rule AP16.
 */
import {once} from 'node:events'
import {writeFile} from 'node:fs/promises'
import {join} from 'node:path'
import {connect} from 'node:tls'

export type PinnedCertificate = {readonly hosts: readonly string[]; readonly fingerprint: string}

/** OID of SHA-256, which the fingerprint was made with. */
const SHA256_OID = 'OID.2.16.840.1.101.3.4.2.1'

/** Asks the server itself, and takes its certificate only if `caPem` vouches for it. */
export async function certificateOf(
  api: {readonly host: string; readonly port: number},
  caPem: string,
  hosts: readonly string[],
): Promise<PinnedCertificate> {
  const socket = connect({...api, ca: caPem, servername: hosts[0] ?? api.host})
  try {
    await once(socket, 'secureConnect')
    return {hosts, fingerprint: socket.getPeerCertificate().fingerprint256}
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
