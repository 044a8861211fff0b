/** What a person reads when the push back end is up: everything to put into their own browser, page and server. Pure. */
import color from 'picocolors'
import type {FcmAddresses} from '../../servers/fcm/running-fcm.ts'

export function fcmWords(fcm: FcmAddresses, caFile: string): string {
  const {projectId, api, mcs, page, chromiumArgs, firefoxPrefs} = fcm
  const json = (value: unknown) => JSON.stringify(value, null, 2)
  return [
    `${color.bold('A push back end is running')} for the project ${color.cyan(projectId)}: the API at ${api.host}:${api.port}, browsers’ own connections at ${mcs.host}:${mcs.port}.`,
    ...part('Chromium: start it with', chromiumArgs.map((arg) => `'${arg}'`).join(' \\\n')),
    ...part('Firefox: set these preferences, and let it accept the certificate', json(firefoxPrefs)),
    ...part('The page: initializeApp(…) with', json(page.firebaseConfig)),
    ...part('The page: getToken(messaging, {vapidKey}) with', page.vapidKey),
    ...part('The server: firebase-admin, as it is', adminSnippet(fcm)),
    ...part(
      `The authority that made the certificate (also in ${caFile} until this ends, for NODE_EXTRA_CA_CERTS)`,
      fcm.caPem.trim(),
    ),
    '',
    'Certificate and flags are new with every start. How to use it in tests: servers/fcm/README.md.',
    'Ctrl-C ends it.',
  ].join('\n')
}

const part = (heading: string, text: string): readonly string[] => ['', color.bold(`${heading}:`), text]

/** A module that runs as it is, wherever `firebase-admin` is installed. */
export const adminSnippet = ({projectId, api, caPem}: FcmAddresses): string =>
  `import {Agent} from 'node:https'
import {connect} from 'node:tls'
import {initializeApp} from 'firebase-admin/app'
import {getMessaging} from 'firebase-admin/messaging'

const ca = \`${caPem.trim()}\`
const httpAgent = new Agent({keepAlive: true})
httpAgent.createConnection = (options) =>
  connect({...options, servername: options.host, host: '${api.host}', port: ${api.port}, ca})
const credential = {getAccessToken: async () => ({access_token: 'local', expires_in: 3600})}
const messaging = getMessaging(initializeApp({projectId: '${projectId}', credential, httpAgent}))
messaging.enableLegacyHttpTransport() // for sendEach() and its like, which would leave the agent out
// await messaging.send({token, data: {hello: 'world'}})`
