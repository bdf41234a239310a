/** The kubeconfig of a sandbox. */

/** First line of the file, by which the sandbox knows a kubeconfig as its own. */
export const kubeconfigHeader = '# Written by regatta sandbox.';

/** One context per cluster, named as the cluster; the first one is current. Valid YAML, as JSON is. */
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
