import { PoolError } from '../pool/errors.ts'
import { SupabaseError } from '../supabase/errors.ts'

/** The failure of the pool or of Supabase that an error is or comes from. Anything can be thrown, also what cannot be read. */
export function findReason(error: unknown): PoolError | SupabaseError | undefined {
  try {
    const cause = (error as Error | null | undefined)?.cause
    return [cause, error].find((one) => one instanceof PoolError || one instanceof SupabaseError)
  } catch {
    return undefined
  }
}
