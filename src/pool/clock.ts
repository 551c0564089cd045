/** Where the pool takes its time from; tests hand in one of their own. All times are milliseconds. */
export interface Clock {
  /** A monotonic time. */
  now(): number
  setTimeout(callback: () => void, delay: number): Timer
  clearTimeout(timer: Timer): void
}

export interface Timer {
  /** Lets the process end while the timer is pending. */
  unref(): unknown
}

/** The process's own time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delay) => setTimeout(callback, delay),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout)
}
