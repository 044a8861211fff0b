/**
 * A throw-away certificate authority and one leaf for every host that the back end stands in for. Keys stay in memory;
 * whoever restarts the back end under a running browser hands the same trust in again. Rules FB1–FB3.
 */
import 'reflect-metadata'
import {createHash, randomBytes, webcrypto} from 'node:crypto'
import * as x509 from '@peculiar/x509'

/** Structured-cloneable, so that a parent can hand it to the back end's process. */
export type Trust = {
  /** What clients are told to trust. */
  readonly caPem: string
  /** base64 SHA-256 of the leaf's SubjectPublicKeyInfo, as Chromium's flag wants it. */
  readonly spkiHash: string
  /** The leaf and its private key, for TLS listeners only. */
  readonly certPem: string
  readonly keyPem: string
}

const HOSTS = [
  '*.googleapis.com',
  '*.google.com',
  'android.clients.google.com',
  'mtalk.google.com',
  'jmt17.google.com',
  'push.services.mozilla.com',
  'updates.push.services.mozilla.com',
  'localhost',
]
const KEY = {name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'} as const
const DAY_MS = 86_400_000
/** Clocks may differ a little, and browsers refuse leaves that live for years. */
const VALID_MS = 90 * DAY_MS

x509.cryptoProvider.set(webcrypto)

export async function createTrust(nowMs = Date.now()): Promise<Trust> {
  const [ca, leaf] = await Promise.all([newKeys(), newKeys()])
  const valid = {notBefore: new Date(nowMs - DAY_MS), notAfter: new Date(nowMs + VALID_MS)}
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...valid,
    serialNumber: serialNumber(),
    name: 'CN=Tabwitness throw-away CA',
    keys: ca,
    signingAlgorithm: KEY,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(ca.publicKey),
    ],
  })
  const certificate = await x509.X509CertificateGenerator.create({
    ...valid,
    serialNumber: serialNumber(),
    subject: 'CN=Tabwitness push back end',
    issuer: authority.subject,
    publicKey: leaf.publicKey,
    signingKey: ca.privateKey,
    signingAlgorithm: KEY,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        ...HOSTS.map((value) => ({type: 'dns', value}) as const),
        {type: 'ip', value: '127.0.0.1'},
      ]),
      await x509.AuthorityKeyIdentifierExtension.create(ca.publicKey),
    ],
  })
  return {
    caPem: authority.toString('pem'),
    spkiHash: createHash('sha256').update(Buffer.from(certificate.publicKey.rawData)).digest('base64'),
    certPem: certificate.toString('pem'),
    keyPem: x509.PemConverter.encode(
      await webcrypto.subtle.exportKey('pkcs8', leaf.privateKey),
      'PRIVATE KEY',
    ),
  }
}

const newKeys = () => webcrypto.subtle.generateKey(KEY, true, ['sign', 'verify'])

/** Positive and never twice: NSS refuses two certificates of one issuer and serial number. */
const serialNumber = (): string => `01${randomBytes(12).toString('hex')}`
