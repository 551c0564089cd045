import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace'

interface Log {
  info(message: string): void
  warn(details: object, message: string): void
}

type Done = Parameters<SpanExporter['export']>[1]

/** An exporter that logs the first failure of a row, and the recovery. */
export class ReportingExporter implements SpanExporter {
  readonly #exporter: SpanExporter
  readonly #log: Log
  #failing = false

  constructor(exporter: SpanExporter, log: Log) {
    this.#exporter = exporter
    this.#log = log
  }

  export(spans: ReadableSpan[], done: Done): void {
    this.#exporter.export(spans, (result) => {
      const { error } = result
      if (error && !this.#failing) this.#log.warn({ err: error }, 'Trace export failed')
      if (!error && this.#failing) this.#log.info('Trace export recovered')
      this.#failing = error !== undefined
      done(result)
    })
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown()
  }
}
