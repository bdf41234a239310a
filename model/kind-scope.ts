/** Whether the objects of a kind are in namespaces. */
export type Scope = 'Cluster' | 'Namespaced';

/** The scope of a kind in an API group. */
export interface KindScope {
  /** '' for the core group. */
  readonly group: string;
  readonly kind: string;
  readonly scope: Scope;
}
