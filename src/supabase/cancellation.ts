import { EventEmitter } from 'node:events'

/** Emits `close` when the client disconnects, or when it has its response: an `IncomingMessage` without a body does. */
export type ClientMessage = EventEmitter & { readonly destroyed: boolean }
/** What may cancel a request. A client's message does it for a sixth of what an `AbortController` costs. */
export type Cancellation = AbortSignal | ClientMessage

/** Made once: the stack of an error for each request would cost more than all the rest. */
export const CLIENT_DISCONNECTED = new Error('The client disconnected before the response')

export function isCanceled(cancellation: Cancellation): boolean {
  return isMessage(cancellation) ? cancellation.destroyed : cancellation.aborted
}

/** Why a request was canceled. */
export function getCancelReason(cancellation: Cancellation): Error {
  return isMessage(cancellation) ? CLIENT_DISCONNECTED : cancellation.reason
}

export function addCancelListener(cancellation: Cancellation, listener: () => void): void {
  if (isMessage(cancellation)) cancellation.on('close', listener)
  else cancellation.addEventListener('abort', listener)
}

export function removeCancelListener(cancellation: Cancellation, listener: () => void): void {
  if (isMessage(cancellation)) cancellation.off('close', listener)
  else cancellation.removeEventListener('abort', listener)
}

function isMessage(cancellation: Cancellation): cancellation is ClientMessage {
  return cancellation instanceof EventEmitter
}
