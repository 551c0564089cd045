// What each process of the bench does: it is told what to be, reports where it listens, and ends when the bench does.

/** What the process was started with. */
export function readOptions<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}')
}

/** Tells the bench that the process is ready; from now on it ends with the bench, after `cleanUp`. */
export function ready(message: object, cleanUp: () => Promise<void> = async () => {}): void {
  process.once('disconnect', () => void cleanUp().finally(() => process.exit()))
  process.send?.(message)
}

/** The port that a server has been given. */
export function portOf(address: { port: number } | string | null): number {
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen')
  return address.port
}
