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
