/**
 * The name of the first query parameter of a URL with invalid percent-encoding (RFC 3986, 2.1), as it is written there.
 * Parsers would take such a parameter literally.
 */
export function findMalformedParameter(url: string): string | undefined {
  const start = url.indexOf('?')
  if (start === -1 || !url.includes('%', start)) return
  const parameter = url
    .slice(start + 1)
    .split('&')
    .find((parameter) => !isWellFormed(parameter))
  return parameter?.split('=', 1)[0]
}

function isWellFormed(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
