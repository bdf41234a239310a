import { cacheFolder } from '#io/cache/folder.ts';
import { engineDigest } from '#io/engine/artifacts.ts';
import { BuildMemory } from '#io/engine/build-memory.ts';
import { askIstio } from '#io/engine/istio.ts';
import { RepositoryState } from '#io/engine/repository-state.ts';
import { digestOf } from '#model/files.ts';
import type { IstioAnswer, IstioMessage, IstioRequest } from '#model/istio-engine.ts';
import type { MeshTraffic } from '#traffic/ask/report.ts';
import { type PlannedQuestion, trafficOf } from '#traffic/ask/traffic.ts';

/**
 * Asks the engine about a mesh.
 *
 * @throws Error when the engine cannot be loaded or exceeds a limit
 */
async function generate(request: IstioRequest): Promise<IstioAnswer> {
  const result = await askIstio(request);
  if (result.type === 'failed') throw new Error(result.message);
  return result.answer;
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
  const code = [codeIdentity(), await engineDigest('istio')];
  const key = digestOf(JSON.stringify([code, question, request]));
  return await remembered(key, () => trafficOf(planned, generate));
}

/**
 * Returns what Istio's analyzers and validators say about a mesh. Remembers it like traffic.
 *
 * @throws Error when the engine could not answer
 */
export async function rememberedMessages(request: IstioRequest): Promise<readonly IstioMessage[]> {
  const key = digestOf(JSON.stringify([await engineDigest('istio'), request]));
  return await remembered(key, async () => {
    const { error, messages } = await generate(request);
    if (error !== undefined) throw new Error(`mesh ${request.mesh.name}: ${error}`);
    return messages;
  });
}

async function remembered<T>(key: string, make: () => Promise<T>): Promise<T> {
  const memory = new BuildMemory(cacheFolder('traffic'));
  const nothing = new RepositoryState(new Map());
  const known = memory.recall(key, nothing);
  if (known !== undefined) return known.answer as T;
  const answer = await make();
  memory.remember(key, { type: 'answered', answer, reads: [] }, nothing);
  return answer;
}

/** The bundler names this chunk by a digest of its content; source files share no cache with other processes. */
function codeIdentity(): string {
  return import.meta.filename.endsWith('.ts')
    ? `${process.pid} ${performance.timeOrigin}`
    : import.meta.url;
}
