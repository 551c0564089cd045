/**
 * The name of the first query parameter in a URL whose percent-encoding (RFC 3986, 2.1) is that of no text, as it is
 * written there. Parsers take such a parameter literally, as if nobody had meant to encode it.
 */
export function unreadableParameter(url: string): string | undefined {
  const start = url.indexOf('?')
  if (start === -1 || !url.includes('%', start)) return
  const parameter = url
    .slice(start + 1)
    .split('&')
    .find((parameter) => !isReadable(parameter))
  return parameter?.split('=', 1)[0]
}

function isReadable(text: string): boolean {
  try {
    decodeURIComponent(text)
    return true
  } catch {
    return false
  }
}
