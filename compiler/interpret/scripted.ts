import * as v from 'valibot';
import type { DependentObjectReference } from '#model/dependency.ts';
import { byText, isFieldMap, type KubeObject, keyOf } from '#model/object.ts';
import type { ReplicaRequirements, Replicas } from '#model/replica-requirements.ts';
import type { ScriptCall, ScriptEngine } from '#model/script.ts';
import type { Script } from './customizations.ts';
import { withEmptyAs } from './empty-values.ts';
import { withoutEmpty } from './fields.ts';
import { type Interpreted, known, shaped } from './interpreted.ts';
import { kubeLibrary } from './kube-library.ts';
import { nodeClaim, quantity } from './pod-spec.ts';
import { listForm, toReferences } from './reference-list.ts';

/** Runs a function of a script. */
function run(
  engine: ScriptEngine,
  script: Script,
  call: Pick<ScriptCall, 'entry' | 'values' | 'results'>,
): Interpreted<readonly unknown[]> {
  const { operation, source } = script;
  const result = engine.call({ ...call, name: operation, source }, kubeLibrary);
  return result.type === 'returned' ? known(result.values) : failure(script, result.message);
}

function failure(script: Script, message: string): Extract<Interpreted<never>, { type: 'failed' }> {
  const { by, pointer } = script;
  return {
    type: 'failed',
    message: `ResourceInterpreterCustomization ${by.object.metadata.name}: ${message}`,
    pointer,
    script: by,
  };
}

const count = v.pipe(
  v.number(),
  v.transform((value) => Math.trunc(value)),
);

const requirements: v.GenericSchema<unknown, ReplicaRequirements> = v.object(
  {
    nodeClaim: v.exactOptional(nodeClaim),
    resourceRequest: v.exactOptional(v.record(v.string(), quantity, 'must be a map')),
    namespace: v.exactOptional(v.string('must be a string')),
    priorityClassName: v.exactOptional(v.string('must be a string')),
  },
  'must be a map',
);

/** Runs GetReplicas: returns the replicas and their requirements. */
export function scriptedReplicas(
  engine: ScriptEngine,
  script: Script,
  object: KubeObject,
): Interpreted<Replicas> {
  const result = run(engine, script, { entry: 'GetReplicas', values: [object], results: 2 });
  if (result.type === 'failed') return result;
  const [first, second] = result.value;
  const replicas = v.safeParse(count, first);
  if (!replicas.success) return failure(script, 'GetReplicas does not return a number of replicas');
  if (second === undefined) return known({ replicas: replicas.output });
  const needs = shaped(requirements, isFieldMap(second) ? withoutEmpty(second) : {});
  if (needs.type === 'failed') {
    return failure(script, `GetReplicas returns invalid requirements: ${needs.message}`);
  }
  const { namespace } = object.metadata;
  return known({
    replicas: replicas.output,
    replicaRequirements: { ...(namespace === undefined ? {} : { namespace }), ...needs.value },
  });
}

/** Runs ReviseReplica: returns the object with a number of replicas. */
export function scriptedRevision(
  engine: ScriptEngine,
  script: Script,
  object: KubeObject,
  replicas: number,
): Interpreted<KubeObject> {
  const result = run(engine, script, {
    entry: 'ReviseReplica',
    values: [object, replicas],
    results: 1,
  });
  if (result.type === 'failed') return result;
  const revised = withEmptyAs(result.value[0], object);
  if (!isKubeObject(revised) || keyOf(revised) !== keyOf(object)) {
    return failure(script, 'ReviseReplica does not return the object');
  }
  return known(revised);
}

function isKubeObject(value: unknown): value is KubeObject {
  if (!isFieldMap(value) || !isFieldMap(value.metadata)) return false;
  const { apiVersion, kind, metadata } = value;
  return [apiVersion, kind, metadata.name].every((text) => typeof text === 'string');
}

/** Runs GetDependencies of each script: returns the references without duplicates. */
export function scriptedDependencies(
  engine: ScriptEngine,
  scripts: readonly Script[],
  object: KubeObject,
): Interpreted<readonly DependentObjectReference[]> {
  const found = new Map<string, DependentObjectReference>();
  for (const script of scripts) {
    const result = run(engine, script, { entry: 'GetDependencies', values: [object], results: 1 });
    if (result.type === 'failed') return result;
    const references = toReferences(result.value[0] ?? []);
    if (references === undefined) {
      return failure(script, `GetDependencies does not return ${listForm}`);
    }
    for (const reference of references) found.set(sortKey(reference), reference);
  }
  return known([...found].sort(([a], [b]) => byText(a, b)).map(([, reference]) => reference));
}

function sortKey(reference: DependentObjectReference): string {
  const { apiVersion, kind, namespace = '', name = '', labelSelector } = reference;
  return [apiVersion, kind, namespace, name, JSON.stringify(labelSelector)].join('\n');
}
