import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

/**
 * Returns the sampler of `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`. Every trace starts in
 * this process, so a parent-based sampler equals the sampler that it wraps.
 *
 * @throws Error when the name or the argument is invalid
 */
export function samplerOf(env: Readonly<Record<string, string | undefined>>): Sampler {
  const { OTEL_TRACES_SAMPLER: name = '', OTEL_TRACES_SAMPLER_ARG: arg = '' } = env;
  switch (name.replace(/^parentbased_/, '')) {
    case '':
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(ratioOf(arg));
    default:
      throw new Error(`unknown OTEL_TRACES_SAMPLER "${name}"`);
  }
}

function ratioOf(arg: string): number {
  const ratio = arg === '' ? 1 : Number(arg);
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new Error(`invalid OTEL_TRACES_SAMPLER_ARG "${arg}": must be a number from 0 to 1`);
}
