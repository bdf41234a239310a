import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askIstio } from '#io/engine/istio.ts';
import { EnginePool } from '#io/engine/pool.ts';
import type { IstioMessage, IstioRequest } from '#model/istio-engine.ts';
import type { KubeObject } from '#model/object.ts';
import { parseYaml } from '#model/yaml.ts';
import { bookinfoRequest } from './istio-mesh.ts';

const pool = new EnginePool({ workers: 1 });

/** Returns the findings about Bookinfo with further objects of its control plane, whose `ref` is their name. */
async function findings(yaml: string): Promise<readonly IstioMessage[]> {
  const { config, ...request } = await bookinfoRequest();
  const more = (parseYaml(yaml) as readonly KubeObject[]).map((object) => ({
    ref: object.metadata.name,
    object: { ...object, metadata: { namespace: 'default', ...object.metadata } },
  }));
  return await analyze({ ...request, config: [...config, ...more] });
}

async function analyze(request: IstioRequest): Promise<readonly IstioMessage[]> {
  const result = await askIstio({ ...request, proxies: [], analyze: true }, pool);
  assert.equal(result.type, 'answered', JSON.stringify(result));
  assert.equal(result.answer.error, undefined);
  return result.answer.messages;
}

const virtualService = (name: string, spec: string) => `---
apiVersion: networking.istio.io/v1
kind: VirtualService
metadata: {name: ${name}}
spec: ${spec}
`;

const summary = ({ code, object, fieldPath }: IstioMessage) => [code, object?.ref, fieldPath];

describe('the analysis of a mesh', () => {
  it('M4: finds a gateway and a host that no object declares, and names their fields', async () => {
    const messages = await findings(
      virtualService(
        'lost',
        '{hosts: [reviews], gateways: [missing], http: [{route: [{destination: {host: nothing}}]}]}',
      ),
    );
    assert.deepEqual(messages.filter(({ object }) => object?.ref === 'lost').map(summary), [
      ['IST0101', 'lost', 'spec.gateways[0]'],
      ['IST0101', 'lost', 'spec.http[0].route[0].destination.host'],
      ['IST0132', 'lost', 'spec.gateways[0]'],
    ]);
  });

  it('M4: finds a field that Istio does not know', async () => {
    const messages = await findings(
      virtualService(
        'unknown',
        '{hosts: [reviews], http: [{routes: [], route: [{destination: {host: reviews}}]}]}',
      ),
    );
    const found = messages.find(({ object }) => object?.ref === 'unknown');
    assert.equal(found?.code, 'IST0106');
    assert.match(found.message, /unknown field "routes"/);
    assert.equal(found.fieldPath, 'spec.http[0].routes');
    assert.equal(found.level, 'Error');
  });

  it('M4: finds what validation refuses', async () => {
    const messages = await findings(virtualService('refused', '{hosts: [], http: []}'));
    assert.ok(messages.some(({ code, object }) => code === 'IST0106' && object?.ref === 'refused'));
  });

  it('M4: finds nothing in the rendered example, whose pods have no sidecar before their injection', async () => {
    assert.deepEqual(await analyze(await bookinfoRequest()), []);
  });

  it('M4: does not report a Secret and the pods of a gateway that are elsewhere', async () => {
    const messages = await findings(`---
apiVersion: networking.istio.io/v1
kind: Gateway
metadata: {name: secure}
spec:
  selector: {istio: eastwestgateway}
  servers:
    - port: {number: 443, name: https, protocol: HTTPS}
      hosts: [shop.example]
      tls: {mode: SIMPLE, credentialName: shop-certificate}
`);
    assert.deepEqual(messages.filter(({ object }) => object?.ref === 'secure').map(summary), []);
    await pool.close();
  });
});
