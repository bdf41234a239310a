import { auth, basic, chart, digest, secret } from './fetch-bed.ts';
import type { Answer, Asked } from './site.ts';

/** The layer of a manifest that names a packaged chart. */
export const layer: Readonly<Record<'mediaType' | 'digest', string>> & { readonly size: number } = {
  mediaType: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
  digest: `sha256:${digest}`,
  size: chart.length,
};

export interface RegistryOptions {
  readonly layer?: object;
  /** The response to a request for the packaged chart. */
  readonly blob?: Answer;
  readonly challenge?: 'Bearer' | 'Basic';
  /** URL of the token server; the registry itself by default. */
  readonly realm?: string;
  /** Whether the registry gives tokens to anonymous clients. */
  readonly open?: boolean;
}

/** Returns the response of a registry with the chart `team/web:1.2.0_a`, which requires a token or password. */
export function registryAnswer(asked: Asked, url: string, options: RegistryOptions): Answer {
  const { challenge = 'Bearer', blob = { body: chart }, realm = `${url}/token` } = options;
  if (asked.url.startsWith('/token')) return tokenAnswer(asked, options);
  if (asked.authorization !== (challenge === 'Bearer' ? 'Bearer token-1' : basic)) {
    const asks = `${challenge} realm="${realm}",service="tests",scope="repository:team/web:pull"`;
    return { status: 401, headers: { 'www-authenticate': asks } };
  }
  if (asked.url === '/v2/team/web/manifests/1.2.0_a') {
    return { body: JSON.stringify({ schemaVersion: 2, layers: [options.layer ?? layer] }) };
  }
  return asked.url === `/v2/team/web/blobs/${layer.digest}` ? blob : { status: 404 };
}

function tokenAnswer({ authorization, body }: Asked, { open = false }: RegistryOptions): Answer {
  const isLogin = authorization === `Basic ${auth}`;
  const isIdentity = new URLSearchParams(body).get('refresh_token') === secret;
  return open || isLogin || isIdentity ? { body: '{"token": "token-1"}' } : { status: 401 };
}
