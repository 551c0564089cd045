// Runs once after all tests: stops the PostgREST that they shared.
import { isRunning, readPostgrestState } from './upstream/postgrest-state.ts'
import { waitFor } from './wait.ts'

const state = readPostgrestState()
if (state && isRunning(state.pid)) {
  process.kill(state.pid)
  // The state is removed last. The pid may stay: in a container nobody may reap the process.
  await waitFor(() => readPostgrestState()?.pid !== state.pid || !isRunning(state.pid), { what: 'PostgREST stops' })
}
