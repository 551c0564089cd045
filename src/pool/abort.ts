import { EventEmitter } from 'node:events'
import { errors } from 'undici'

/** What undici takes as the `signal` of a request: an emitter of `abort` as well. */
export type Signal = AbortSignal | EventEmitter

export function isAborted(signal: Signal | undefined): signal is AbortSignal {
  return signal !== undefined && 'aborted' in signal && signal.aborted
}

/** Calls `listener` with the reason when the signal is aborted. Returns a function that removes the listener. */
export function onAbort(signal: Signal, listener: (reason: Error) => void): () => void {
  const abort = () => listener(getAbortReason(signal))
  if (signal instanceof EventEmitter) {
    signal.on('abort', abort)
    return () => signal.off('abort', abort)
  }
  signal.addEventListener('abort', abort)
  return () => signal.removeEventListener('abort', abort)
}

/** Why a signal was aborted. Never a falsy value: a callback that is given one as its error takes it for success. */
export function getAbortReason(signal: Signal): Error {
  return (('reason' in signal && signal.reason) || new errors.RequestAbortedError()) as Error
}
