/**
 * The preferences that point a stock Firefox at this back end, and nothing else in it. Trust comes on top: the leaf
 * certificate pinned in the profile (cert_override.txt), or WebDriver's `acceptInsecureCerts`. Rules AP15, AP16.
 */
export type FirefoxAddresses = {
  readonly autopushUrl: string
  readonly proxy: {readonly host: string; readonly port: number}
}

export const firefoxPrefs = ({
  autopushUrl,
  proxy,
}: FirefoxAddresses): Readonly<Record<string, string | number | boolean>> => ({
  // The push client, which WebDriver switches off otherwise, at our server, over plain WebSocket on loopback.
  'dom.push.connection.enabled': true,
  'dom.push.serverURL': autopushUrl,
  'dom.push.testing.allowInsecureServerURL': true,
  // Reconnects within 0.5 s instead of 5 s.
  'dom.push.retryBaseInterval': 200,
  // Else Firefox gives a subscription up by itself after some pushes without a notification.
  'dom.push.maxQuotaPerSubscription': 1_000_000,
  // A person who has allowed notifications; shown by Firefox itself, because the system's way needs D-Bus.
  'permissions.default.desktop-notification': 1,
  'alerts.useSystemBackend': false,
  // Every host goes through the proxy, which refuses all but the push services; loopback never does, by any name.
  'network.proxy.type': 1,
  'network.proxy.ssl': proxy.host,
  'network.proxy.ssl_port': proxy.port,
  'network.proxy.http': proxy.host,
  'network.proxy.http_port': proxy.port,
  // The keys of googleapis.com are pinned in Firefox itself, which lets nobody trust another certificate there.
  'security.cert_pinning.enforcement_level': 0,
})
