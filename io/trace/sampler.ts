import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';

/**
 * What `OTEL_TRACES_SAMPLER` and its `_ARG` ask for. All traces begin here: what goes by parents
 * comes to the same as what does not.
 *
 * @throws Error when that is none of OpenTelemetry's names
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
      throw new Error(`OTEL_TRACES_SAMPLER: ${name} is not known`);
  }
}

function ratioOf(arg: string): number {
  const ratio = arg === '' ? 1 : Number(arg);
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new Error(`OTEL_TRACES_SAMPLER_ARG: ${arg} is no ratio from 0 to 1`);
}
