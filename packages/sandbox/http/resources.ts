/** Dispatches requests for objects by HTTP method. */
import { deleteObject, readDeleteOptions } from '../api/delete.ts';
import { listObject, listObjects } from '../api/list.ts';
import { scaleOf } from '../api/scale.ts';
import { type ClusterState, findLive, type Target } from '../api/state.ts';
import { createObject } from '../api/write.ts';
import { type Fields, fieldsAt, isFields, type KubeObject, textAt } from '../object.ts';
import { namedOf } from '../resources/resource.ts';
import { ApiError, badRequest, notFound } from '../status.ts';
import { metadataList, metadataOnly } from '../table/partial.ts';
import { tableOf } from '../table/table.ts';
import { formOf } from './accept.ts';
import { type Answer, type Call, type DocumentAnswer, ok } from './call.ts';
import { patchObject, replaceObject } from './change.ts';
import { readWriteOptions } from './options.ts';

/**
 * Handles a request for an object or a collection.
 *
 * @throws ApiError when the request fails
 */
export function answerResource(cluster: ClusterState, call: Call, target: Target): Answer {
  const isOne = target.name !== '';
  switch (call.method) {
    case 'GET':
    case 'HEAD':
      return answerRead(cluster, call, target);
    case 'POST':
      if (isOne) throw notAllowed();
      return create(cluster, call, target);
    case 'PUT':
      if (!isOne) throw notAllowed();
      return replaceObject(cluster, call, target);
    case 'PATCH':
      if (!isOne) throw notAllowed();
      return patchObject(cluster, call, target);
    case 'DELETE':
      return isOne ? remove(cluster, call, target) : removeAll(cluster, call, target);
    default:
      throw notAllowed();
  }
}

function notAllowed(): ApiError {
  const message = 'the server does not allow this method on the requested resource';
  return new ApiError(405, 'MethodNotAllowed', message, {});
}

function answerRead(cluster: ClusterState, call: Call, target: Target): Answer {
  const isWatch = ['1', 'true'].includes(call.query.get('watch') ?? '');
  if (isWatch) return { watch: target };
  return target.name === '' ? list(cluster, call, target) : get(cluster, call, target);
}

function get(cluster: ClusterState, { accept, query }: Call, target: Target): DocumentAnswer {
  const live = findLive(cluster, target);
  if (live === undefined) throw notFound(namedOf(target.resource), target.name);
  if (target.subresource === 'scale') return ok(scaleOf(target.resource, live));
  const form = formOf(accept);
  if (form === 'table') return ok(tableOf(target.resource, [live], query));
  return ok(form === 'metadata' ? metadataOnly(live) : live);
}

function list(cluster: ClusterState, { accept, query }: Call, target: Target): DocumentAnswer {
  const page = listObjects(cluster, target, query);
  const form = formOf(accept);
  if (form === 'table') {
    return ok({ ...tableOf(target.resource, page.items, query), metadata: page.metadata });
  }
  return ok(form === 'metadata' ? metadataList(page) : listObject(target, page));
}

function create(cluster: ClusterState, call: Call, target: Target): DocumentAnswer {
  const { options, warnings } = readWriteOptions(call, 'CreateOptions');
  if (call.body === undefined) throw badRequest('the request body must contain an object');
  const named = { ...target, namespace: target.namespace };
  if (target.resource.namespaced && target.namespace === '') {
    const sent = textAt(call.body, 'metadata', 'namespace');
    throw badRequest(`an empty namespace may not be set during creation${sent ? `: ${sent}` : ''}`);
  }
  return { code: 201, body: createObject(cluster, named, call.body, options), warnings };
}

function remove(cluster: ClusterState, call: Call, target: Target): DocumentAnswer {
  const options = readDeleteOptions(optionsBody(call), call.query);
  const { object, gone } = deleteObject(cluster, target, options);
  return ok(gone && target.resource.kind !== 'Pod' ? success(target, object) : object);
}

function removeAll(cluster: ClusterState, call: Call, target: Target): DocumentAnswer {
  const options = readDeleteOptions(optionsBody(call), call.query);
  const page = listObjects(cluster, target, call.query);
  for (const { metadata } of page.items) {
    const one = { ...target, namespace: metadata.namespace ?? '', name: metadata.name };
    deleteObject(cluster, one, options);
  }
  return ok(listObject(target, page));
}

function optionsBody({ body }: Call): Fields {
  return isFields(body) ? body : fieldsAt(undefined);
}

function success({ resource }: Target, { metadata }: KubeObject): Fields {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name: metadata.name,
      ...(resource.group !== '' && { group: resource.group }),
      kind: resource.plural,
      uid: metadata.uid ?? '',
    },
  };
}
