import { EventEmitter } from 'node:events'
import { errors } from 'undici'

/** The part of an `AbortSignal` that is used, so that a cheaper one can stand in for it. */
export interface AbortSignalLike {
  readonly aborted: boolean
  readonly reason: unknown
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

/** What undici takes as the `signal` of a request: an emitter of `abort` as well. */
export type Signal = AbortSignalLike | EventEmitter

export function isAborted(signal: Signal | undefined): signal is AbortSignalLike {
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
