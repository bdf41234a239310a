import * as v from 'valibot';
import type { Quantity } from '#model/cluster.ts';
import type { Toleration } from '#model/policy.ts';
import { parseQuantity } from '#model/quantity.ts';
import type { NodeClaim } from '#model/replica-requirements.ts';

/** Amounts by resource name, in billionths of a unit. */
export type AmountRecord = Readonly<Record<string, bigint>>;

export interface Container {
  readonly resources: { readonly requests: AmountRecord; readonly limits: AmountRecord };
}

/** The fields of a pod's specification that determine where it can run. */
export interface PodSpec {
  readonly containers: readonly Container[];
  readonly initContainers: readonly Container[];
  readonly overhead: AmountRecord;
  readonly nodeSelector?: Readonly<Record<string, string>> | null | undefined;
  readonly tolerations: readonly Toleration[];
  readonly affinity: {
    readonly nodeAffinity: {
      readonly requiredDuringSchedulingIgnoredDuringExecution?:
        | NodeClaim['hardNodeAffinity']
        | null
        | undefined;
    };
  };
  readonly priorityClassName: string;
}

export interface PodTemplate {
  readonly spec: PodSpec;
}

const mapMessage = 'must be a map';
const text = v.string('must be a string');
const texts = v.array(text, 'must be a list');

const quantityMessage = 'must be a quantity, such as 100m or 1Gi';

/** A quantity as in its source. */
export const quantity: v.GenericSchema<unknown, Quantity> = v.pipe(
  v.union([v.string(), v.number(), v.bigint()], quantityMessage),
  v.check((given) => parseQuantity(given) !== undefined, quantityMessage),
);

const amount = v.pipe(
  v.nullish(quantity, 0),
  v.transform((given) => parseQuantity(given) ?? 0n),
);
const amounts = v.nullish(v.record(v.string(), amount, mapMessage), {});

const containers = v.nullish(
  v.array(
    v.object(
      { resources: v.nullish(v.object({ requests: amounts, limits: amounts }, mapMessage), {}) },
      mapMessage,
    ),
    'must be a list',
  ),
  [],
);

const requirements = v.array(
  v.object({ key: text, operator: text, values: v.optional(texts) }, mapMessage),
  'must be a list',
);

const nodeSelector = v.object(
  {
    nodeSelectorTerms: v.array(
      v.object({ matchExpressions: v.nullish(requirements), matchFields: v.nullish(requirements) }),
      'must be a list',
    ),
  },
  mapMessage,
);

const toleration = v.object(
  {
    key: v.optional(text),
    operator: v.optional(text),
    value: v.optional(text),
    effect: v.optional(text),
    tolerationSeconds: v.optional(v.number('must be a number')),
  },
  mapMessage,
);

/** The requirements of nodes that a script returns. */
export const nodeClaim: v.GenericSchema<unknown, NodeClaim> = v.object(
  {
    hardNodeAffinity: v.exactOptional(nodeSelector),
    nodeSelector: v.exactOptional(v.record(v.string(), text, mapMessage)),
    tolerations: v.exactOptional(v.array(toleration, 'must be a list')),
  },
  mapMessage,
);

const podSpec = v.object(
  {
    containers,
    initContainers: containers,
    overhead: amounts,
    nodeSelector: v.nullish(v.record(v.string(), text, mapMessage)),
    tolerations: v.nullish(v.array(toleration, 'must be a list'), []),
    affinity: v.nullish(
      v.object(
        {
          nodeAffinity: v.nullish(
            v.object(
              { requiredDuringSchedulingIgnoredDuringExecution: v.nullish(nodeSelector) },
              mapMessage,
            ),
            {},
          ),
        },
        mapMessage,
      ),
      {},
    ),
    priorityClassName: v.nullish(text, ''),
  },
  mapMessage,
);

/** A pod template or a Pod. Absent fields and nulls count as empty, as in the API server. */
export const podTemplate: v.GenericSchema<unknown, PodTemplate> = v.object(
  { spec: v.nullish(podSpec, {}) },
  mapMessage,
);
