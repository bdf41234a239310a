import type { KubeObject, ObjectKey } from '#model/object.ts';
import type { Sequence } from './sequence.ts';

/** One desired object of a cluster. */
export interface DesiredObject {
  readonly key: ObjectKey;
  readonly object: KubeObject;
  /** Digest of the manifest's content; formatting does not change it. */
  readonly digest: string;
  readonly sequence: Sequence;
  /** True for a Secret and for an object with sealed values: output shows only names of its fields. */
  readonly isSecret: boolean;
  /** Why the syncer cannot decrypt the object and does not change it in the cluster. */
  readonly fault?: string;
  /** What the author should change in the encrypted object. */
  readonly warning?: string;
}
