import type { BatchSpanProcessorOptions } from '@opentelemetry/sdk-trace';

type Batching = Omit<BatchSpanProcessorOptions, 'exporter'>;

const variables = [
  ['OTEL_BSP_SCHEDULE_DELAY', 'scheduledDelayMillis'],
  ['OTEL_BSP_EXPORT_TIMEOUT', 'exportTimeoutMillis'],
  ['OTEL_BSP_MAX_QUEUE_SIZE', 'maxQueueSize'],
  ['OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 'maxExportBatchSize'],
] as const;

/**
 * Returns the batch settings of the environment.
 *
 * @throws Error when a value is not a positive integer
 */
export function batchingOf(env: Readonly<Record<string, string | undefined>>): Batching {
  const given = variables.flatMap(([variable, option]) => {
    const text = env[variable]?.trim() ?? '';
    return text === '' ? [] : [[option, numberOf(variable, text)]];
  });
  return Object.fromEntries(given);
}

function numberOf(variable: string, text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Error(`invalid ${variable} "${text}": must be a positive integer`);
}
