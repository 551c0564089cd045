/** Makes a function that runs tasks one at a time, in the order in which they come. */
export function createTaskQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let latest: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = latest.then(task)
    // The next one comes whatever becomes of this one.
    latest = result.catch(() => {})
    return result
  }
}
