import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler
} from '@opentelemetry/sdk-trace'

const DEFAULT = 'parentbased_always_on'

/**
 * The sampler of `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`, as OpenTelemetry's specification has them: unset or
 * not understood, every trace that the caller has not decided about is recorded.
 */
export function createSampler(
  name: string = DEFAULT,
  argument: string | undefined,
  log: { warn(message: string): void }
): Sampler {
  const samplers: Record<string, () => Sampler> = {
    always_on: () => new AlwaysOnSampler(),
    always_off: () => new AlwaysOffSampler(),
    traceidratio: () => new TraceIdRatioBasedSampler(parseRatio(argument, log))
  }
  const [, parentBased, kind = ''] = /^(parentbased_)?(\w+)$/.exec(name) ?? []
  const make = Object.hasOwn(samplers, kind) ? samplers[kind] : undefined
  if (!make) {
    log.warn(`Unknown OTEL_TRACES_SAMPLER, using ${DEFAULT}`)
    return createSampler(DEFAULT, argument, log)
  }
  return parentBased ? new ParentBasedSampler({ root: make() }) : make()
}

function parseRatio(argument: string | undefined, log: { warn(message: string): void }): number {
  const ratio = Number(argument || 1)
  if (ratio >= 0 && ratio <= 1) return ratio
  log.warn('OTEL_TRACES_SAMPLER_ARG is not a number from 0 to 1, using 1')
  return 1
}
