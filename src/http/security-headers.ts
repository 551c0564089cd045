/**
 * What every response tells browsers, after OWASP's REST Security Cheat Sheet: it is data, not a page. Pages send their own.
 * `Strict-Transport-Security` is up to whatever terminates TLS in front of the service.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY'
}
