/**
 * What every answer says to browsers, after OWASP's REST Security Cheat Sheet: it is data, no page. A page says itself what
 * it needs. `Strict-Transport-Security` is for whoever ends TLS in front of the service.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY'
}
