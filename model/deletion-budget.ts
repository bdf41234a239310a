import type { KubeObject } from './object.ts';

/** A number of objects, or a share of those that there are: `10%`. */
export type DeletionLimit = number | string;

/** How much may go from the clusters at once without somebody saying that it is meant. */
export interface DeletionBudget {
  /** In all, objects counted once for each cluster; no limit when absent. */
  readonly fleet?: DeletionLimit | undefined;
  /** On any one cluster. */
  readonly cluster?: DeletionLimit | undefined;
  /** Of a kind, on all clusters together. */
  readonly kinds: Readonly<Record<string, DeletionLimit>>;
}

/** Kinds that take data or everything in them along are never deleted unasked. */
export const defaultDeletionBudget: DeletionBudget = {
  kinds: {
    CustomResourceDefinition: 0,
    Namespace: 0,
    PersistentVolume: 0,
    PersistentVolumeClaim: 0,
  },
};

/** Says in the repository that certain deletions are meant, whatever the budget. */
export interface DeletionAcknowledgement extends KubeObject {
  readonly spec: {
    /** Of exactly these deletions. */
    readonly digest: string;
    readonly reason?: string;
  };
}
