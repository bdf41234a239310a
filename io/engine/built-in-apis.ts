import table from '../../schemas/built-in-apis.json' with { type: 'json' };

/**
 * Returns the APIs that an API server of a minor version of Kubernetes serves by default, sorted:
 * `apps/v1` and `apps/v1/Deployment`. Versions outside of the table get those of the nearest version.
 */
export function builtInApis(minor: number): readonly string[] {
  const nearest = Math.max(table.oldest, Math.min(table.newest, minor));
  const kinds = Object.entries(table.kinds).flatMap(([kind, [since = 0, last = 0]]) =>
    since <= nearest && nearest <= last ? [kind] : [],
  );
  const versions = new Set(kinds.map((kind) => kind.slice(0, kind.lastIndexOf('/'))));
  return [...versions, ...kinds].sort();
}
