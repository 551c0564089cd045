// What the processes of the bench share: they read their options, report when they are ready, and end with the bench.

/** The options that the process was started with. */
export function readOptions<T>(): T {
  return JSON.parse(process.argv[2] ?? '{}')
}

/** Reports to the bench that the process is ready; from now on it ends with the bench, after `cleanUp`. */
export function reportReady(message: object, cleanUp: () => Promise<void> = async () => {}): void {
  process.once('disconnect', () => void cleanUp().finally(() => process.exit()))
  process.send?.(message)
}

/** The port of a server's address. */
export function getPort(address: { port: number } | string | null): number {
  if (typeof address !== 'object' || !address) throw new Error('The server does not listen')
  return address.port
}
