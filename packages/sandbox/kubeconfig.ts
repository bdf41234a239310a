/** The kubeconfig of a sandbox. */

/** First line of the file, which identifies a kubeconfig of the sandbox. */
export const kubeconfigHeader = '# Written by regatta sandbox.';

/**
 * Returns a kubeconfig with one context per cluster; the first one is current. The JSON is also
 * valid YAML.
 */
export function kubeconfigOf(servers: ReadonlyMap<string, string>): string {
  const names = [...servers.keys()];
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': names[0] ?? '',
    clusters: [...servers].map(([name, server]) => ({ name, cluster: { server } })),
    users: [{ name: 'admin', user: { token: 'sandbox' } }],
    contexts: names.map((name) => ({ name, context: { cluster: name, user: 'admin' } })),
  };
  return `${kubeconfigHeader}\n${JSON.stringify(config, undefined, 2)}\n`;
}
