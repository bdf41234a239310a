import type { DependentObjectReference } from '#model/dependency.ts';
import type { FleetSettings } from '#model/fleet.ts';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import type { Replicas } from '#model/replica-requirements.ts';
import type { ScriptEngine } from '#model/script.ts';
import type { KindScripts, ScriptsByKind } from './customizations.ts';
import { dependenciesOf } from './dependencies.ts';
import { type Interpreted, known } from './interpreted.ts';
import { nativeKinds, type ReplicaKind } from './native.ts';
import { withAnnotated } from './reference-list.ts';
import { scriptedDependencies, scriptedReplicas, scriptedRevision } from './scripted.ts';
import { thirdPartyKinds } from './third-party.ts';

/** Karmada's resource interpreter: reads the fields that placement needs from each kind. */
export interface Interpreter {
  /** Returns the requested replicas and their requirements; 0 if the object is not a workload. */
  readonly replicas: (object: KubeObject) => Interpreted<Replicas>;
  /** Returns the object with another number of replicas; unchanged if its kind has no replicas. */
  readonly revise: (object: KubeObject, replicas: number) => Interpreted<KubeObject>;
  /** Returns the dependencies of the object, whether they exist or not. */
  readonly dependencies: (object: KubeObject) => Interpreted<readonly DependentObjectReference[]>;
}

/** The scripts of the repository, and the engine that runs them. */
export interface Scripting {
  readonly engine: ScriptEngine;
  readonly kinds: ScriptsByKind;
}

/** The settings of an interpreter. */
interface Interpreting {
  readonly profile: Profile;
  readonly scripting?: Scripting;
  /** With MultiplePodTemplatesScheduling, the scheduler places workloads by their components. */
  readonly featureGates?: FleetSettings['featureGates'];
}

/**
 * Creates an interpreter that uses, for each operation, the script of the repository, else the
 * rules of third-party kinds, else those of Kubernetes' own kinds.
 *
 * Source: Karmada v1.18, pkg/resourceinterpreter/interpreter.go.
 */
export function createInterpreter({
  profile,
  scripting,
  featureGates = {},
}: Interpreting): Interpreter {
  const hasComponents = featureGates.MultiplePodTemplatesScheduling === true;
  return {
    replicas: (object) => {
      const components = hasComponents ? kindOf(object)?.components?.(object) : undefined;
      if (components?.type === 'failed') return components;
      if (components !== undefined) return known({ replicas: 0, components: components.value });
      const script = scriptsFor(object)?.replicas;
      if (scripting !== undefined && script !== undefined) {
        return scriptedReplicas(scripting.engine, script, object);
      }
      return kindOf(object)?.replicas(object, profile) ?? known({ replicas: 0 });
    },
    revise: (object, replicas) => {
      const script = scriptsFor(object)?.revise;
      if (scripting !== undefined && script !== undefined) {
        return scriptedRevision(scripting.engine, script, object, replicas);
      }
      return known(kindOf(object)?.revise?.(object, replicas) ?? object);
    },
    dependencies: (object) => {
      const scripts = scriptsFor(object)?.dependencies ?? [];
      const named =
        scripting !== undefined && scripts.length > 0
          ? scriptedDependencies(scripting.engine, scripts, object)
          : known(dependenciesOf(object, profile));
      return profile === 'karmada' ? named : withAnnotated(named, object);
    },
  };

  function scriptsFor({ apiVersion, kind }: KubeObject): KindScripts | undefined {
    return scripting?.kinds.get(`${apiVersion}/${kind}`);
  }
}

function kindOf({ apiVersion, kind }: KubeObject): ReplicaKind | undefined {
  const type = `${apiVersion}/${kind}`;
  return thirdPartyKinds.get(type) ?? nativeKinds.get(type);
}
