import { createInterpreter } from '#compiler/interpret/interpreter.ts';
import type { KubeObject } from '#model/object.ts';
import type { Profile } from '#model/policy.ts';
import type { Replicas } from '#model/replica-requirements.ts';

export function objectOf(type: string, spec?: object): KubeObject {
  const [, apiVersion = '', kind = ''] = /^(.*)\/(.*)$/.exec(type) ?? [];
  const metadata = { name: 'x', namespace: 'shop' };
  return { apiVersion, kind, metadata, ...(spec === undefined ? {} : { spec }) };
}

/** Returns the replicas of an object, or the pointer and message of an error. */
export function readReplicas(of: KubeObject, profile: Profile = 'karmada'): Replicas | string {
  const result = createInterpreter({ profile }).replicas(of);
  return result.type === 'known' ? result.value : `${result.pointer}: ${result.message}`;
}
