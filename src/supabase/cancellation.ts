import { EventEmitter } from 'node:events'

/** What a client waits for: emits `close` when it has been sent, or when the client disconnects. */
export type ClientResponse = EventEmitter & { readonly destroyed: boolean }
/** What may cancel a request. An `AbortController` for each client would cost 2 % of a request. */
export type Cancellation = AbortSignal | ClientResponse

/** Made once: the stack of an error for each request would cost more than all the rest. */
export const CLIENT_DISCONNECTED = new Error('The client disconnected before the response')

export function isCanceled(cancellation: Cancellation): boolean {
  return isResponse(cancellation) ? cancellation.destroyed : cancellation.aborted
}

/** Why a request was canceled. */
export function getCancelReason(cancellation: Cancellation): Error {
  return isResponse(cancellation) ? CLIENT_DISCONNECTED : cancellation.reason
}

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
