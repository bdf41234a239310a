import type { DependentObjectReference } from '#model/dependency.ts';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/profile.ts';
import type { Replicas } from '#model/replica-requirements.ts';
import { dependenciesOf } from './dependencies.ts';
import { type Interpreted, known } from './interpreted.ts';
import { nativeKinds, type ReplicaKind } from './native.ts';
import { thirdPartyKinds } from './third-party.ts';

/** What Karmada calls the resource interpreter: it knows how each kind spells what placing asks. */
export interface Interpreter {
  /** How many replicas it asks for; 0 without requirements for what is no workload. */
  readonly replicas: (object: KubeObject) => Interpreted<Replicas>;
  /** The object with another number of replicas; itself when its kind has no such number. */
  readonly revise: (object: KubeObject, replicas: number) => Interpreted<KubeObject>;
  /** What it needs beside it, whether that exists or not. */
  readonly dependencies: (object: KubeObject) => Interpreted<readonly DependentObjectReference[]>;
}

/** Asks the third-party kinds, then Kubernetes' own. */
export function createInterpreter(profile: Profile): Interpreter {
  return {
    replicas: (object) =>
      kindOf(object)?.replicas(object, profile) ?? known<Replicas>({ replicas: 0 }),
    revise: (object, replicas) => known(kindOf(object)?.revise?.(object, replicas) ?? object),
    dependencies: (object) => dependenciesOf(object, profile),
  };
}

function kindOf({ apiVersion, kind }: KubeObject): ReplicaKind | undefined {
  const type = `${apiVersion}/${kind}`;
  return thirdPartyKinds.get(type) ?? nativeKinds.get(type);
}
