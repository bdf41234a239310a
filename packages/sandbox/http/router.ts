/** Routes requests by path. */
import type { ClusterState } from '../api/state.ts';
import { discoveryDocument } from '../discovery/discovery.ts';
import {
  acceptedProtobuf,
  openApiDocument,
  openApiProtobuf,
  servedProtobuf,
} from '../discovery/openapi.ts';
import { versionInfo } from '../discovery/version.ts';
import type { Fields } from '../object.ts';
import type { Resource } from '../resources/resource.ts';
import { ApiError } from '../status.ts';
import { discoveryVersionOf } from './accept.ts';
import { type Answer, type Call, type DocumentAnswer, ok } from './call.ts';
import { type ResourcePath, readPath } from './path.ts';
import { answerResource } from './resources.ts';

const health = /^\/(healthz|livez|readyz)(\/.*)?$/;

/**
 * Handles a request.
 *
 * @throws ApiError when the request fails
 */
export function answerCall(cluster: ClusterState, call: Call): Answer {
  const path = readPath(call.path);
  if (path !== undefined) return answerPath(cluster, call, path);
  if (health.test(call.path))
    return ok(call.query.has('verbose') ? 'healthz check passed\n' : 'ok');
  return documentOf(cluster, call) ?? { code: 404, body: '404 page not found\n' };
}

function answerPath(cluster: ClusterState, call: Call, path: ResourcePath): Answer {
  const { registry } = cluster;
  if (!registry.hasVersion(path.group, path.version)) {
    return answerReview(call, path) ?? { code: 404, body: '404 page not found\n' };
  }
  const resource = registry.find(path.group, path.version, path.plural);
  const isServed =
    path.subresource === '' || resource?.subresources.some((one) => one === path.subresource);
  if (resource === undefined || !isServed) throw unknownResource();
  if (isMisplaced(resource, path)) {
    if (resource.custom === undefined) throw unknownResource();
    return { code: 404, body: '404 page not found\n' };
  }
  return answerResource(cluster, call, {
    resource,
    namespace: path.namespace,
    name: path.name,
    subresource:
      path.subresource === 'status' || path.subresource === 'scale' ? path.subresource : '',
  });
}

/** Reports whether a path has a namespace although its type is cluster-scoped, or addresses a namespaced object without one. */
function isMisplaced({ namespaced }: Resource, { namespace, name }: ResourcePath): boolean {
  return namespaced ? namespace === '' && name !== '' : namespace !== '';
}

/** Answers access and identity reviews: the sandbox has one user, who has all permissions. */
function answerReview(
  { method, body }: Call,
  { group, plural }: ResourcePath,
): DocumentAnswer | undefined {
  if (method !== 'POST') return undefined;
  const review = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  if (group === 'authorization.k8s.io' && plural.endsWith('accessreviews')) {
    return { code: 201, body: { ...review, status: { allowed: true } } };
  }
  if (group === 'authentication.k8s.io' && plural === 'selfsubjectreviews') {
    const userInfo: Fields = {
      username: 'admin',
      groups: ['system:masters', 'system:authenticated'],
    };
    return { code: 201, body: { ...review, status: { userInfo } } };
  }
  return undefined;
}

function documentOf(cluster: ClusterState, call: Call): DocumentAnswer | undefined {
  if (call.path === '/version' || call.path === '/version/') return ok(versionInfo);
  if (call.path === '/openapi/v2' && call.accept.includes(acceptedProtobuf)) {
    return ok(openApiProtobuf(), servedProtobuf);
  }
  const openApi = openApiDocument(cluster.registry, call.path);
  if (openApi !== undefined) return ok(openApi);
  const aggregated = discoveryVersionOf(call.accept);
  const discovery = discoveryDocument(cluster.registry, call.path, aggregated);
  if (discovery === undefined) return undefined;
  const isAggregated = discovery.kind === 'APIGroupDiscoveryList';
  const type = `application/json;g=apidiscovery.k8s.io;v=${aggregated};as=APIGroupDiscoveryList`;
  return isAggregated ? ok(discovery, type) : ok(discovery);
}

function unknownResource(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource', {});
}
