/** What callers are told while there is no project to serve. */
export const DEMO_NOTICE =
  'This is demonstration data from an embedded Supabase, in memory. ' +
  'Set SUPABASE_URL and SUPABASE_KEY to serve a project of your own.'
