const variables = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'] as const;

/**
 * The library would send to this machine where the collector's address is none.
 *
 * @throws Error that doesn't tell the address: it may have a password
 */
export function checkEndpoint(env: Readonly<Record<string, string | undefined>>): void {
  const variable = variables.find((name) => env[name]);
  if (variable === undefined || isWeb(env[variable] ?? '')) return;
  throw new Error(`${variable}: give a URL that begins with https:// or http://`);
}

function isWeb(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}
