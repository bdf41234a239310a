/** Generates the configuration of a mesh's proxies, and analyzes a mesh, with the Istio engine. */
import type { IstioAnswer, IstioRequest, LeftOutConfig } from '#model/istio-engine.ts';
import type { EngineFailure } from './call.ts';
import { routesThatEnd } from './istio-cause.ts';
import { type EnginePool, engines } from './pool.ts';

/** The answer of the engine, or the limit that the request exceeds. */
export type IstioResult =
  | { readonly type: 'answered'; readonly answer: IstioAnswer }
  | EngineFailure;

/**
 * Asks Istio about a mesh. If a route of the Gateway API ends the engine, Istio answers without this route.
 *
 * @throws Error when the engine cannot be loaded
 */
export async function askIstio(
  request: IstioRequest,
  pool: Pick<EnginePool, 'run'> = engines,
): Promise<IstioResult> {
  const result = await askOnce(request, pool);
  if (result.type === 'answered' || result.fault !== 'crashed') return result;
  const [, reason = result.message] = /\((.*)\)$/s.exec(result.message) ?? [];
  const failing = await routesThatEnd(request, (part) => askOnce(part, pool));
  if (failing.length === 0) return result;
  const leftOut = failing.map((one): LeftOutConfig => ({ ...one, reason }));
  const config = request.config.filter((one) => !failing.includes(one));
  const others = await askOnce({ ...request, config }, pool);
  if (others.type === 'failed') return result;
  return { type: 'answered', answer: { ...others.answer, leftOut } };
}

async function askOnce(request: IstioRequest, pool: Pick<EnginePool, 'run'>): Promise<IstioResult> {
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
