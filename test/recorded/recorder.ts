import type { Answer, ApiClient } from '#test/api/client.ts';
import { until } from '#test/until.ts';
import type { Case, CaseGroup } from './cases.ts';
import type { Json } from './mutations.ts';

/** The answer of an API server to one case. */
export interface RecordedAnswer {
  readonly id: string;
  readonly status: number;
  readonly reason?: string;
  readonly message?: string;
  /** Field, type and message of each cause. */
  readonly causes?: readonly (readonly [string, string, string])[];
  readonly warnings?: readonly string[];
}

/** Namespace in which the recorder applies namespaced objects. */
export const namespace = 'recorded';

const query = 'fieldManager=regatta&force=true&fieldValidation=Strict';
const applyType = 'application/apply-patch+yaml';

/** Recorder sends cases to a real API server and records the answers. */
export class Recorder {
  readonly #client: ApiClient;
  readonly #resources = new Map<string, { plural: string; namespaced: boolean }>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async record(groups: readonly CaseGroup[]): Promise<RecordedAnswer[]> {
    await this.#prepare();
    const answers: RecordedAnswer[] = [];
    for (const group of groups) answers.push(...(await this.#recordGroup(group)));
    return answers;
  }

  async #prepare(): Promise<void> {
    await this.#create('/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    });
    for (const name of ['default', 'web']) {
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } };
      await this.#create(`/api/v1/namespaces/${namespace}/serviceaccounts`, account);
    }
  }

  async #create(path: string, body: Json): Promise<void> {
    await this.#client.call({ method: 'POST', path, body });
  }

  /** Records creations first, because the object that the updates change must not exist yet. */
  async #recordGroup({ base, cases }: CaseGroup): Promise<RecordedAnswer[]> {
    const created = await this.#recordAll(cases.filter(({ old }) => old === undefined));
    const path = await this.#pathOf(base);
    const applied = await this.#apply(path, JSON.stringify(base), false);
    if (applied.status >= 300) {
      console.log(`${path} is refused: ${JSON.stringify(applied.body)}`);
      return created;
    }
    const isDefinition = base.kind === 'CustomResourceDefinition';
    if (isDefinition) await until(`${path} to be served`, () => this.#isServed(base), 30_000);
    const updated = await this.#recordAll(cases.filter(({ old }) => old !== undefined));
    if (!staysFor(base)) await this.#remove(path);
    return [...created, ...updated];
  }

  async #recordAll(cases: readonly Case[]): Promise<RecordedAnswer[]> {
    const answers: RecordedAnswer[] = [];
    const waiting = [...cases];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const answer = await this.#recordCase(next);
        if (answer !== undefined) answers.push(answer);
      }
    };
    await Promise.all(Array.from({ length: 6 }, work));
    for (const one of cases.filter(({ real }) => real)) await this.#confirm(one, answers);
    return answers.toSorted((a, b) => a.id.localeCompare(b.id));
  }

  /** Returns undefined when the API server drops the connection: a few objects make its handler panic. */
  async #recordCase(one: Case): Promise<RecordedAnswer | undefined> {
    const path = await this.#pathOf(JSON.parse(one.object));
    try {
      return toRecord(one.id, await this.#apply(path, one.object, true));
    } catch (error) {
      console.log(`${one.id} is not recorded: ${error}`);
      return undefined;
    }
  }

  /** Applies a case whose dry run was accepted, and replaces its answer by that of the apply. */
  async #confirm(one: Case, answers: RecordedAnswer[]): Promise<void> {
    const index = answers.findIndex(({ id }) => id === one.id);
    if ((answers[index]?.status ?? 500) >= 300 || staysFor(JSON.parse(one.object))) return;
    const path = await this.#pathOf(JSON.parse(one.object));
    answers[index] = toRecord(one.id, await this.#apply(path, one.object, false));
    await this.#remove(path);
    if (one.old !== undefined) await this.#apply(path, one.old, false);
  }

  #apply(path: string, body: string, dryRun: boolean): Promise<Answer> {
    const address = `${path}?${query}${dryRun ? '&dryRun=All' : ''}`;
    return this.#client.call({ method: 'PATCH', path: address, body, type: applyType });
  }

  /** Deletes an object, and removes its finalizers, because no controller does. */
  async #remove(path: string): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0 };
    await this.#client.call({ method: 'DELETE', path, body });
    const patch = { metadata: { finalizers: null } };
    await this.#client.call({
      method: 'PATCH',
      path,
      body: patch,
      type: 'application/merge-patch+json',
    });
    await until(`${path} to be gone`, () => this.#isGone(path), 30_000);
  }

  async #isGone(path: string): Promise<boolean> {
    return (await this.#client.call({ path })).status === 404;
  }

  async #isServed(definition: Json): Promise<boolean> {
    const { group, names, versions } = definition.spec as {
      group: string;
      names: { plural: string };
      versions: { name: string }[];
    };
    const path = `/apis/${group}/${versions[0]?.name}/${names.plural}`;
    return (await this.#client.call({ path })).status === 200;
  }

  async #pathOf(object: Json): Promise<string> {
    const { apiVersion, kind } = object as { apiVersion: string; kind: string };
    const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const resource = await this.#resource(root, kind);
    const { name } = object.metadata as { name: string };
    const scope = resource.namespaced ? `/namespaces/${namespace}` : '';
    return `${root}${scope}/${resource.plural}/${encodeURIComponent(name)}`;
  }

  async #resource(root: string, kind: string): Promise<{ plural: string; namespaced: boolean }> {
    const known = this.#resources.get(`${root} ${kind}`);
    if (known !== undefined) return known;
    const { body } = await this.#client.call({ path: root });
    const { resources = [] } = body as {
      resources?: { name: string; kind: string; namespaced: boolean }[];
    };
    for (const { name, kind: served, namespaced } of resources) {
      if (!name.includes('/'))
        this.#resources.set(`${root} ${served}`, { plural: name, namespaced });
    }
    const found = this.#resources.get(`${root} ${kind}`);
    if (found === undefined) throw new Error(`the API server does not serve ${kind} at ${root}`);
    return found;
  }
}

/** True for Namespaces, which only controllers can finalise, and for definitions, which objects need. */
function staysFor(object: Json): boolean {
  return object.kind === 'Namespace' || object.kind === 'CustomResourceDefinition';
}

interface StatusBody {
  readonly reason?: string;
  readonly message?: string;
  readonly details?: {
    readonly causes?: readonly { field?: string; reason?: string; message?: string }[];
  };
}

function toRecord(id: string, answer: Answer): RecordedAnswer {
  const warnings = warningsOf(String(answer.headers.warning ?? ''));
  const heard = warnings.length > 0 ? { warnings } : {};
  if (answer.status < 300) return { id, status: answer.status, ...heard };
  const { reason = '', message = '', details } = answer.body as StatusBody;
  const causes = (details?.causes ?? []).map(
    (cause) => [cause.field ?? '', cause.reason ?? '', cause.message ?? ''] as const,
  );
  return {
    id,
    status: answer.status,
    reason,
    message,
    ...(causes.length > 0 && { causes }),
    ...heard,
  };
}

function warningsOf(header: string): string[] {
  return [...header.matchAll(/299 - "((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) =>
    text.replaceAll(/\\(.)/g, '$1'),
  );
}
