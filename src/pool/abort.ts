import { EventEmitter } from 'node:events'
import { errors } from 'undici'

/** What ends a request early; undici takes an emitter of `abort` as well. */
export type Signal = AbortSignal | EventEmitter

export function isAborted(signal: Signal | undefined): signal is AbortSignal {
  return signal !== undefined && 'aborted' in signal && signal.aborted
}

/** Calls `listener` with the reason when the signal is aborted; gives what stops that. */
export function onAbort(signal: Signal, listener: (reason: Error) => void): () => void {
  const abort = () => listener(reasonOf(signal))
  if (signal instanceof EventEmitter) {
    signal.on('abort', abort)
    return () => signal.off('abort', abort)
  }
  signal.addEventListener('abort', abort)
  return () => signal.removeEventListener('abort', abort)
}

/** Why a signal was aborted. Never a falsy value: whoever is told of that as an error would take it for success. */
export function reasonOf(signal: Signal): Error {
  return ('reason' in signal && signal.reason) || new errors.RequestAbortedError()
}
