// Asks for the list that most readers see first while the modules that show it are still loading.

export const PAGE_ROWS = 48

const firstUrl = `api/molecules?limit=${PAGE_ROWS}&count=exact&after=`
let response = /^(#\/(molecules)?)?$/.test(location.hash) ? fetch(firstUrl) : undefined
// Whoever takes it is told.
response?.catch(() => {})

/** The response to this URL, if it is the first list's, for whoever asks first. */
export function takeFirst(url) {
  if (url !== firstUrl) return
  const taken = response
  response = undefined
  return taken
}
