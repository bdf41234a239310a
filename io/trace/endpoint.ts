import { secretsInAddress } from '#model/address-secrets.ts';
import { decoded } from '#model/url-escapes.ts';
import { redactor } from '../redactor.ts';

const variables = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;

/**
 * Checks the collector's address, because the library falls back to localhost for an invalid one.
 *
 * @throws Error when the address is invalid; the message omits the address, which may contain a
 *   password
 */
export function checkEndpoint(env: Readonly<Record<string, string | undefined>>): void {
  const variable = variables.find((name) => env[name]);
  if (variable === undefined || isWeb(env[variable] ?? '')) return;
  throw new Error(`invalid ${variable}: must be a URL that starts with https:// or http://`);
}

function isWeb(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** Hides the headers that log in to the collector, and what is secret in its address: it may repeat what it refuses. */
export function hideCollector(env: Readonly<Record<string, string | undefined>>): void {
  const addresses = variables.map((name) => env[name] ?? '');
  const headers = headerVariables.flatMap((name) => (env[name] ?? '').split(','));
  const values = headers.map((header) => header.slice(header.indexOf('=') + 1).trim());
  const bare = values.map((value) => decoded(value).replace(/^(?:Basic|Bearer) /, ''));
  for (const secret of [...addresses.flatMap(secretsInAddress), ...values, ...bare]) {
    redactor.remember(secret);
  }
}

const headerVariables = [
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
  'OTEL_EXPORTER_OTLP_HEADERS',
] as const;
