import { cacheFolder } from '#io/cache/folder.ts';
import { engineDigest } from '#io/engine/artifacts.ts';
import { BuildMemory } from '#io/engine/build-memory.ts';
import { askIstio, prepareIstio } from '#io/engine/istio.ts';
import { RepositoryState } from '#io/engine/repository-state.ts';
import { digestOf } from '#model/files.ts';
import type {
  IstioAnswer,
  IstioMessage,
  IstioRequest,
  LeftOutConfig,
} from '#model/istio-engine.ts';
import { exampleRequest } from '#traffic/ask/example.ts';
import type { MeshTraffic } from '#traffic/ask/report.ts';
import { type PlannedQuestion, trafficOf } from '#traffic/ask/traffic.ts';

/**
 * Asks the engine about a mesh.
 *
 * @throws Error when the engine cannot be loaded or exceeds a limit
 */
async function generate(request: IstioRequest): Promise<IstioAnswer> {
  prepareIstio();
  const result = await askIstio(request);
  if (result.type === 'failed') throw new Error(result.message);
  return result.answer;
}

/** Loads the engine in a thread, and lets V8 compile what every answer needs, while the caller does other work. */
export function prepareEngine(): void {
  prepareIstio(exampleRequest());
}

/**
 * Returns the traffic that a question is about. Remembers it in the user's cache folder by everything that decides it, so that the
 * engine is not loaded again for a mesh that did not change.
 *
 * @throws Error when the engine could not answer
 */
export async function rememberedTraffic(planned: PlannedQuestion): Promise<MeshTraffic> {
  const { query, starts, request } = planned;
  const headers = [...(query?.headers ?? [])];
  const question = { ...query, headers, starts };
  const code = codeIdentity(import.meta);
  return await remembered([code, question, request], () => trafficOf(planned, generate));
}

/**
 * Returns what Istio's analyzers and validators say about a mesh. Remembers it like traffic.
 *
 * @throws Error when the engine could not answer
 */
export async function rememberedMessages(request: IstioRequest): Promise<readonly IstioMessage[]> {
  return await remembered(request, async () => {
    const { error, messages, leftOut = [] } = await generate(request);
    if (error !== undefined) throw new Error(`mesh ${request.mesh.name}: ${error}`);
    return [...messages, ...leftOut.map(messageAbout)];
  });
}

/** Returns the finding that Istio's validators would report for an object that they could read. */
function messageAbout({ ref, object, reason }: LeftOutConfig): IstioMessage {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace = '' } = metadata;
  return {
    code: 'IST0106',
    level: 'Error',
    message: `Schema validation error: an API server refuses this object, and Istio cannot read it: ${reason}`,
    object: { kind, namespace, name, apiVersion, ref },
  };
}

/**
 * Returns an answer of the engine, or what a caller made of it, from the user's cache folder.
 *
 * @param inputs - everything that decides the answer besides the engine
 * @param isLasting - whether an answer is the same the next time
 */
export async function remembered<T>(
  inputs: unknown,
  make: () => Promise<T>,
  isLasting: (answer: T) => boolean = () => true,
): Promise<T> {
  const key = digestOf(JSON.stringify([await engineDigest('istio'), inputs]));
  const memory = new BuildMemory(cacheFolder('traffic'));
  const nothing = new RepositoryState(new Map());
  const known = memory.recall(key, nothing);
  if (known !== undefined) return known.answer as T;
  const answer = await make();
  if (isLasting(answer)) memory.remember(key, { type: 'answered', answer, reads: [] }, nothing);
  return answer;
}

/**
 * Identifies the code of a module and of what it imports. The bundler names its chunk by a digest of the content; source files share
 * no cache with other processes.
 */
export function codeIdentity({ filename, url }: Pick<ImportMeta, 'filename' | 'url'>): string {
  return filename.endsWith('.ts') ? `${process.pid} ${performance.timeOrigin}` : url;
}
