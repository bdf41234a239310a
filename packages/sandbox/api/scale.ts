/** The scale subresource, which exposes replicas as a Scale object. */

import {
  type Fields,
  fieldsAt,
  type KubeObject,
  numberAt,
  textAt,
  type Value,
  valueAt,
} from '../object.ts';
import { applyMergePatch } from '../patch/merge-patch.ts';
import type { Resource, ScalePaths } from '../resources/resource.ts';
import { badRequest, invalid, invalidValue } from '../status.ts';

const builtinPaths: ScalePaths = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
};

/** Returns the `autoscaling/v1` Scale of an object. */
export function scaleOf({ custom }: Resource, object: KubeObject): KubeObject {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = custom?.scale ?? builtinPaths;
  const selector = custom
    ? textAt(object, ...stepsOf(labelSelectorPath ?? ''))
    : selectorText(fieldsAt(object, 'spec', 'selector'));
  const {
    name,
    namespace = '',
    uid = '',
    resourceVersion = '',
    creationTimestamp = '',
  } = object.metadata;
  const replicas = numberAt(object, ...stepsOf(specReplicasPath)) ?? 0;
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: numberAt(object, ...stepsOf(statusReplicasPath)) ?? 0,
      ...(selector !== undefined && { selector }),
    },
  };
}

/** Returns the object with the replicas of `scale`. */
export function withScale({ custom }: Resource, object: KubeObject, scale: Value): Value {
  const replicas = valueAt(scale, 'spec', 'replicas') ?? 0;
  if (!Number.isInteger(replicas) || typeof replicas !== 'number') {
    throw badRequest('spec.replicas of a Scale must be an integer');
  }
  if (replicas < 0) {
    const fault = invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0');
    throw invalid({ group: 'autoscaling', kind: 'Scale' }, object.metadata.name, [fault]);
  }
  const path = stepsOf((custom?.scale ?? builtinPaths).specReplicasPath);
  const change = path.reduceRight((inner: Value, step): Fields => ({ [step]: inner }), replicas);
  const version = textAt(scale, 'metadata', 'resourceVersion');
  const based = version === undefined ? {} : { metadata: { resourceVersion: version } };
  return applyMergePatch(applyMergePatch(object, change), based);
}

function stepsOf(path: string): string[] {
  return path.split('.').filter((step) => step !== '');
}

function selectorText(selector: Fields): string {
  const labels = Object.entries(fieldsAt(selector, 'matchLabels'));
  return labels
    .map(([key, value]) => `${key}=${String(value)}`)
    .sort()
    .join(',');
}
