/** Parses resource paths such as `/apis/apps/v1/namespaces/default/deployments/web/status`. */
export interface ResourcePath {
  readonly group: string;
  readonly version: string;
  /** Namespace; '' for cluster-scoped types and for requests across all namespaces. */
  readonly namespace: string;
  readonly plural: string;
  /** Name of the object; '' for the collection. */
  readonly name: string;
  readonly subresource: string;
}

/** Parses a path. Returns undefined for a path that does not start with a group and version. */
export function readPath(path: string): ResourcePath | undefined {
  const steps = path.split('/').filter((step) => step !== '');
  const [root, ...rest] = steps;
  if (root === 'api') return belowVersion('', rest);
  if (root === 'apis') return belowVersion(rest[0] ?? '', rest.slice(1));
  return undefined;
}

function belowVersion(
  group: string,
  [version = '', ...rest]: readonly string[],
): ResourcePath | undefined {
  const [first, namespace = '', plural, name = '', subresource = ''] = rest;
  if (first === undefined) return undefined;
  // `namespaces/<name>` and its subresources address the namespace itself.
  const isInNamespace =
    first === 'namespaces' && plural !== undefined && !isOfNamespace(plural, rest);
  if (isInNamespace) return { group, version, namespace, plural, name, subresource };
  const [, own = '', part = ''] = rest;
  return { group, version, namespace: '', plural: first, name: own, subresource: part };
}

function isOfNamespace(step: string, rest: readonly string[]): boolean {
  return rest.length === 3 && (step === 'status' || step === 'finalize');
}
