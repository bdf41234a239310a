/** Maximum number of names that the message lists. */
const mostNames = 20;

/** The error for a command line that names clusters which the fleet repository does not have. */
export class NoSuchClusterError extends Error {
  override name = 'NoSuchClusterError';
  readonly missing: readonly string[];

  /** @param clusters - the names of all clusters */
  constructor(missing: readonly string[], clusters: readonly string[]) {
    super(noSuchCluster(missing, clusters));
    this.missing = missing;
  }
}

/** Returns the message for names that no cluster has. */
export function noSuchCluster(missing: readonly string[], clusters: readonly string[]): string {
  const more = clusters.length - mostNames;
  const listed = clusters.toSorted().slice(0, mostNames);
  const names = more > 0 ? [...listed, `and ${more} more`] : listed;
  return `no such cluster: ${missing.join(', ')} (clusters: ${names.join(', ') || 'none'})`;
}
