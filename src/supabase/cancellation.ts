import { EventEmitter } from 'node:events'

/** What a client waits for: emits `close` when it has been sent, or when the client disconnects before. */
export type ClientResponse = EventEmitter & { readonly destroyed: boolean; readonly writableFinished: boolean }
/** What may cancel a request. An `AbortController` for each client would cost 1.5 % of a request. */
export type Cancellation = AbortSignal | ClientResponse

/** Made once: the stack of an error for each request would cost more than all the rest. */
export const CLIENT_DISCONNECTED = new Error('The client disconnected before the response')

export function isCanceled(cancellation: Cancellation): boolean {
  if (!isResponse(cancellation)) return cancellation.aborted
  return cancellation.destroyed && !cancellation.writableFinished
}

/** Why a request was canceled. */
export function getCancelReason(cancellation: Cancellation): Error {
  return isResponse(cancellation) ? CLIENT_DISCONNECTED : cancellation.reason
}

/** The listener is called when the request may have been canceled. */
export function addCancelListener(cancellation: Cancellation, listener: () => void): void {
  if (isResponse(cancellation)) cancellation.on('close', listener)
  else cancellation.addEventListener('abort', listener)
}

export function removeCancelListener(cancellation: Cancellation, listener: () => void): void {
  if (isResponse(cancellation)) cancellation.off('close', listener)
  else cancellation.removeEventListener('abort', listener)
}

function isResponse(cancellation: Cancellation): cancellation is ClientResponse {
  return cancellation instanceof EventEmitter
}
