/** Generates the configuration of a mesh's proxies, and analyzes a mesh, with the Istio engine. */
import type { IstioAnswer, IstioRequest } from '#model/istio-engine.ts';
import type { EngineFailure } from './call.ts';
import { type EnginePool, engines } from './pool.ts';

/** The answer of the engine, or the limit that the request exceeds. */
export type IstioResult =
  | { readonly type: 'answered'; readonly answer: IstioAnswer }
  | EngineFailure;

/**
 * Asks Istio about a mesh.
 *
 * @throws Error when the engine cannot be loaded
 */
export async function askIstio(
  request: IstioRequest,
  pool: Pick<EnginePool, 'run'> = engines,
): Promise<IstioResult> {
  const name = `mesh ${request.mesh.name}`;
  const result = await pool.run({ engine: 'istio', name, request });
  if (result.type === 'failed') return result;
  return { type: 'answered', answer: result.answer as IstioAnswer };
}

/** Loads the engine in a thread, and lets it answer a small request if there is one. That answer counts for nothing. */
export function prepareIstio(
  request?: IstioRequest,
  pool: Pick<EnginePool, 'prepare'> = engines,
): void {
  pool.prepare('istio', request);
}
