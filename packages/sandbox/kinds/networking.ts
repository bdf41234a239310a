/** Defaults and validation of NetworkPolicies, Ingresses, Endpoints and EndpointSlices. */
import { listAt, textAt } from '../object.ts';
import { required } from '../status.ts';
import { ensureFields, fill, itemsOf } from './fill.ts';
import type { Strategy } from './strategy.ts';

export const networkPolicyStrategy: Strategy = {
  setDefaults(object) {
    const spec = ensureFields(object, 'spec');
    const rules = [...itemsOf(spec, 'ingress'), ...itemsOf(spec, 'egress')];
    for (const port of rules.flatMap((rule) => itemsOf(rule, 'ports'))) {
      fill(port, { protocol: 'TCP' });
    }
    const isEgress = itemsOf(spec, 'egress').length > 0;
    fill(spec, { policyTypes: isEgress ? ['Ingress', 'Egress'] : ['Ingress'] });
  },
};

export const ingressStrategy: Strategy = {
  prepare(object) {
    ensureFields(ensureFields(object, 'status'), 'loadBalancer');
  },
  validate(object) {
    return listAt(object, 'spec', 'rules').flatMap((rule, rank) =>
      listAt(rule, 'http', 'paths').flatMap((path, index) => {
        if (textAt(path, 'pathType') !== undefined) return [];
        return [
          required(
            `spec.rules[${rank}].http.paths[${index}].pathType`,
            'pathType must be specified',
          ),
        ];
      }),
    );
  },
};

export const endpointsStrategy: Strategy = {
  setDefaults(object) {
    for (const port of itemsOf(object, 'subsets').flatMap((subset) => itemsOf(subset, 'ports'))) {
      fill(port, { protocol: 'TCP' });
    }
  },
};

export const endpointSliceStrategy: Strategy = {
  setDefaults(object) {
    for (const port of itemsOf(object, 'ports')) fill(port, { name: '', protocol: 'TCP' });
  },
};
