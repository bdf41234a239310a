/** PUT and the four types of PATCH. */
import { scaleOf, withScale } from '../api/scale.ts';
import { type ClusterState, findLive, type Target, type WriteOptions } from '../api/state.ts';
import { applyObject, createByUpdate, updateObject } from '../api/write.ts';
import { type KubeObject, textAt, type Value } from '../object.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import { applyMergePatch } from '../patch/merge-patch.ts';
import { applyStrategicPatch } from '../patch/strategic.ts';
import { namedOf, type Resource } from '../resources/resource.ts';
import { builtinShape } from '../schema/builtin.ts';
import { ApiError, badRequest, invalid, notFound, required } from '../status.ts';
import type { Call, DocumentAnswer } from './call.ts';
import { ok } from './call.ts';
import { readWriteOptions } from './options.ts';

const applyTypes = ['application/apply-patch+yaml', 'application/apply-patch+json'];

/**
 * Handles a PUT.
 *
 * @throws ApiError when the object cannot be replaced
 */
export function replaceObject(cluster: ClusterState, call: Call, target: Target): DocumentAnswer {
  const { options, warnings } = readWriteOptions(call, 'UpdateOptions');
  const sent = call.body;
  if (sent === undefined) throw badRequest('the request body must contain an object');
  const { resource, subresource } = target;
  if (subresource === 'scale') return changeScale(cluster, target, () => sent, options);
  if (resource.strategy.createdByUpdate && findLive(cluster, target) === undefined) {
    return { code: 201, body: createByUpdate(cluster, target, sent, options), warnings };
  }
  const object = updateObject(cluster, target, () => requireVersion(resource, sent), options);
  return { ...ok(object), warnings };
}

/**
 * Requires a resourceVersion in the PUT of a custom resource; for built-in kinds it is optional.
 */
function requireVersion({ custom, group, kind }: Resource, sent: Value): Value {
  if (custom === undefined || textAt(sent, 'metadata', 'resourceVersion')) return sent;
  const fault = {
    ...required('metadata.resourceVersion'),
    reason: 'FieldValueInvalid',
    message: 'Invalid value: 0: must be specified for an update',
  };
  throw invalid({ group, kind }, textAt(sent, 'metadata', 'name') ?? '', [fault]);
}

/**
 * Handles a PATCH.
 *
 * @throws ApiError when the object cannot be patched
 */
export function patchObject(cluster: ClusterState, call: Call, target: Target): DocumentAnswer {
  if (applyTypes.includes(call.contentType)) return apply(cluster, call, target);
  const { options, warnings } = readWriteOptions(call, 'PatchOptions');
  const isScale = target.subresource === 'scale';
  const shape = isScale ? builtinShape('autoscaling', 'v1', 'Scale') : target.resource.shape;
  const change = (live: Value): Value => patched(call, { ...target.resource, shape }, live);
  if (isScale) return changeScale(cluster, target, change, options);
  const sent = { ...options, ...(call.body !== undefined && { patch: call.body }) };
  return { ...ok(updateObject(cluster, target, change, sent)), warnings };
}

function patched({ contentType, body }: Call, resource: Resource, live: Value): Value {
  if (body === undefined) throw badRequest('the request body must contain a patch');
  switch (contentType) {
    case 'application/json-patch+json':
      return applyJsonPatch(live, body);
    case 'application/merge-patch+json':
      return applyMergePatch(live, body);
    case 'application/strategic-merge-patch+json':
      if (resource.custom === undefined) return applyStrategicPatch(resource.shape, live, body);
      throw unknownPatchType(resource);
    default:
      throw unknownPatchType(resource);
  }
}

function unknownPatchType({ custom }: Resource): ApiError {
  const types = [
    'application/json-patch+json',
    'application/merge-patch+json',
    ...(custom ? [] : ['application/strategic-merge-patch+json']),
    'application/apply-patch+yaml',
  ];
  const message = `the body of the request was in an unknown format - accepted media types include: ${types.join(', ')}`;
  return new ApiError(415, 'UnsupportedMediaType', message);
}

function apply(cluster: ClusterState, call: Call, target: Target): DocumentAnswer {
  if (target.subresource === 'scale') {
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      'the sandbox does not support server-side apply to the scale subresource',
    );
  }
  if (!call.query.get('fieldManager')) {
    const fault = required('fieldManager', 'is required for apply patch');
    throw invalid({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', [fault]);
  }
  const { options, warnings } = readWriteOptions(call, 'PatchOptions');
  const force = ['1', 'true'].includes(call.query.get('force') ?? '');
  if (call.body === undefined) throw badRequest('the request body must contain a configuration');
  const { object, created } = applyObject(cluster, target, call.body, { ...options, force });
  return { code: created ? 201 : 200, body: object, warnings };
}

function changeScale(
  cluster: ClusterState,
  target: Target,
  change: (scale: KubeObject) => Value,
  options: WriteOptions,
): DocumentAnswer {
  const { resource, name } = target;
  if (findLive(cluster, target) === undefined) throw notFound(namedOf(resource), name);
  const scaled = (live: KubeObject): Value =>
    withScale(resource, live, change(scaleOf(resource, live)));
  return ok(scaleOf(resource, updateObject(cluster, target, scaled, options)));
}
