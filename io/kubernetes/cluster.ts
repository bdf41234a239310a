import { describeObject, gvkOf, type KubeObject } from '#model/object.ts';
import { ClusterError } from '#syncer/cluster-error.ts';
import { refFor } from '#syncer/object-ref.ts';
import type {
  Applied,
  ApplyOptions,
  ClusterPort,
  Discovery,
  KindRef,
  Labelled,
  Listing,
  ObjectQuery,
  ObjectRef,
  OwnershipPatch,
  SendCheck,
  Unanswered,
  WatchRequest,
} from '#syncer/ports/cluster.ts';
import type { Answer } from './answer.ts';
import { discover } from './discovery.ts';
import type { CallHow, KubernetesHttp } from './http.ts';
import { Kinds } from './kinds.ts';
import { listObjects, pluralOf } from './list.ts';
import { ownershipPatch } from './ownership-patch.ts';
import type { ApiRequest } from './request.ts';
import { readEvents, watchQuery } from './watch.ts';

const metadataOnly = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/** The member cluster behind an API server. */
export class KubernetesCluster implements ClusterPort {
  readonly #http: KubernetesHttp;
  readonly #kinds: Kinds;

  constructor(http: KubernetesHttp) {
    this.#http = http;
    this.#kinds = new Kinds(http);
  }

  serverTime(): number | undefined {
    return this.#http.serverTime();
  }

  unanswered(): Unanswered | undefined {
    return this.#http.unanswered.oldest;
  }

  async isNamespaced(kind: KindRef, signal: AbortSignal): Promise<boolean | undefined> {
    return (await this.#kinds.find(kind, signal))?.namespaced;
  }

  discover(signal: AbortSignal): Promise<Discovery> {
    return discover(this.#http, signal);
  }

  forgetKinds(apiVersion?: string): void {
    this.#kinds.forget(apiVersion);
  }

  async read(ref: ObjectRef, signal: AbortSignal): Promise<KubeObject | undefined> {
    const path = await this.#pathOf(ref, signal);
    const request: ApiRequest = { method: 'GET', path, what: nameOf(ref) };
    const answer = await this.#call(request, signal);
    return answer.isNotFound ? undefined : answer.object();
  }

  async apply(
    object: KubeObject,
    how: ApplyOptions,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<Applied> {
    const { dryRun, manager, force = true, fieldValidation = 'Strict' } = how;
    const query = `fieldManager=${manager}&fieldValidation=${fieldValidation}&force=${force}${dryRun ? '&dryRun=All' : ''}`;
    const answer = await this.#call(
      {
        method: 'PATCH',
        path: `${await this.#pathOf(refFor(object), signal)}?${query}`,
        what: describeObject(object),
        contentType: 'application/apply-patch+yaml',
        body: object,
      },
      signal,
      { check },
    );
    return { object: answer.object(), created: answer.status === 201 };
  }

  async patchOwnership(
    live: KubeObject,
    patch: OwnershipPatch,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<KubeObject> {
    const answer = await this.#call(
      {
        method: 'PATCH',
        path: `${await this.#pathOf(refFor(live), signal)}?fieldManager=${patch.manager}`,
        what: describeObject(live),
        contentType: 'application/json-patch+json',
        body: ownershipPatch(live, patch),
      },
      signal,
      { check },
    );
    return answer.object();
  }

  async removeLabels(
    { ref, uid, labels }: Labelled,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<void> {
    const answer = await this.#call(
      {
        method: 'PATCH',
        path: `${await this.#pathOf(ref, signal)}?fieldManager=${fieldManager}`,
        what: nameOf(ref),
        contentType: 'application/merge-patch+json',
        body: { metadata: { uid, labels: Object.fromEntries(labels.map((name) => [name, null])) } },
      },
      signal,
      { check },
    );
    if (answer.isNotFound) return;
    if (answer.status === 409 && (await this.#isReplaced(ref, uid, signal))) return;
    answer.expectSuccess();
  }

  /** Reports whether an answer of 409 means that another object has the name now, so that ours is gone. */
  async #isReplaced(ref: ObjectRef, uid: string, signal: AbortSignal): Promise<boolean> {
    return (await this.read(ref, signal))?.metadata.uid !== uid;
  }

  async delete(
    ref: ObjectRef,
    uid: string,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<'gone' | 'deleting'> {
    const answer = await this.#call(
      {
        method: 'DELETE',
        path: await this.#pathOf(ref, signal),
        what: nameOf(ref),
        contentType: 'application/json',
        body: {
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          propagationPolicy: 'Background',
          preconditions: { uid },
        },
      },
      signal,
      { check },
    );
    if (answer.isNotFound) return 'gone';
    if (answer.status === 409 && (await this.#isReplaced(ref, uid, signal))) return 'gone';
    return answer.isStatus() ? 'gone' : 'deleting';
  }

  async compareAndSwap(
    object: KubeObject,
    signal: AbortSignal,
    check?: SendCheck,
  ): Promise<KubeObject | undefined> {
    const { namespace, resourceVersion } = object.metadata;
    const isNew = resourceVersion === undefined;
    const path = isNew
      ? await this.#collectionOf(
          { kind: object, ...(namespace !== undefined && { namespace }) },
          signal,
        )
      : await this.#pathOf(refFor(object), signal);
    const answer = await this.#call(
      {
        method: isNew ? 'POST' : 'PUT',
        path: `${path}?fieldManager=${fieldManager}`,
        what: describeObject(object),
        contentType: 'application/json',
        body: object,
      },
      signal,
      { check },
    );
    // 404 to a PUT: another client has deleted the object.
    const isRaced = answer.status === 409 || (!isNew && answer.isNotFound);
    return isRaced ? undefined : answer.object();
  }

  async list(query: ObjectQuery, signal: AbortSignal): Promise<Listing> {
    let what = `${query.kind.kind} of ${query.kind.apiVersion}`;
    try {
      const { name } = await this.#kinds.get(query.kind, signal);
      const { group } = gvkOf(query.kind);
      what = group === '' ? name : `${name}.${group}`;
      const path = await this.#collectionOf(query, signal);
      const list = { path, what: `list of ${pluralOf(query.kind.kind, name)}` };
      return await listObjects(this.#http, list, query, signal);
    } catch (error) {
      if (!(error instanceof ClusterError) || error.reason === 'unknown-kind') throw error;
      // This message names the list.
      if (error.reason === 'malformed') throw error;
      if (error.status === 404) this.#kinds.forget();
      throw error.because(`cannot list ${what}`);
    }
  }

  async watch(request: WatchRequest, signal: AbortSignal): Promise<void> {
    const { selection } = request;
    const path = `${await this.#collectionOf(selection, signal)}?${watchQuery(request)}`;
    const accept = selection.detail === 'metadata' ? metadataOnly : 'application/json';
    const { name: plural } = await this.#kinds.get(selection.kind, signal);
    const what = `watch of ${pluralOf(selection.kind.kind, plural)}`;
    await readEvents(this.#http, { method: 'GET', path, accept, what }, request, signal);
  }

  /**
   * Sends a request about one object. If its path does not exist, the definition of its kind may have got another
   * scope or plural name, so that the next request asks for both again.
   */
  async #call(request: ApiRequest, signal: AbortSignal, how?: CallHow): Promise<Answer> {
    const answer = await this.#http.call(request, signal, how);
    if (answer.status === 404 && !answer.isNotFound) this.#kinds.forget();
    return answer;
  }

  async #collectionOf({ kind, namespace }: KindScope, signal: AbortSignal): Promise<string> {
    const { root, name } = await this.#kinds.get(kind, signal);
    return namespace === undefined ? `${root}/${name}` : `${root}/namespaces/${namespace}/${name}`;
  }

  async #pathOf(ref: ObjectRef, signal: AbortSignal): Promise<string> {
    const { root, name, namespaced } = await this.#kinds.get(ref, signal);
    const own = `${name}/${encodeURIComponent(ref.name)}`;
    if (!namespaced) return `${root}/${own}`;
    if (ref.namespace !== undefined) return `${root}/namespaces/${ref.namespace}/${own}`;
    throw new ClusterError('rejected', `${ref.kind} ${ref.name} has no namespace`);
  }
}

/** Field manager of writes that set no field of an object's manifest. */
const fieldManager = 'regatta';

type KindScope = Pick<ObjectQuery, 'kind' | 'namespace'>;

function nameOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}
