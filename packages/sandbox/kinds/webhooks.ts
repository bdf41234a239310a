/** Defaults of webhook configurations. The sandbox does not call webhooks. */
import { ensureFields, fill, itemsOf } from './fill.ts';
import type { Strategy } from './strategy.ts';

export const webhookStrategy: Strategy = {
  setDefaults(object) {
    for (const webhook of itemsOf(object, 'webhooks')) {
      fill(webhook, {
        failurePolicy: 'Fail',
        matchPolicy: 'Equivalent',
        namespaceSelector: {},
        objectSelector: {},
        timeoutSeconds: 10,
      });
      if (object.kind === 'MutatingWebhookConfiguration')
        fill(webhook, { reinvocationPolicy: 'Never' });
      const { service } = ensureFields(webhook, 'clientConfig');
      if (service !== undefined)
        fill(ensureFields(ensureFields(webhook, 'clientConfig'), 'service'), { port: 443 });
      for (const rule of itemsOf(webhook, 'rules')) fill(rule, { scope: '*' });
    }
  },
};
