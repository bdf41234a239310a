import * as v from 'valibot';
import {
  type Cluster,
  type ClusterSpec,
  type ClusterStatus,
  isClusterName,
} from '#model/cluster.ts';
import { parseQuantity } from '#model/quantity.ts';
import { clusterViolations } from '../rules/cluster.ts';
import { addViolations } from '../rules/rules.ts';
import { objectMeta, stringMap } from './object.ts';

const clusterName = v.pipe(
  v.string(),
  v.check(isClusterName, 'must be a DNS label of at most 48 characters (a-z, 0-9, -)'),
);

const labelValue = v.pipe(
  v.string(),
  v.regex(/^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/, 'must be a valid label value'),
);

const quantity = v.pipe(
  v.union([v.string(), v.number(), v.bigint()]),
  v.check((given) => parseQuantity(given) !== undefined, 'must be a quantity, such as 100m or 1Gi'),
);
const resourceList = v.record(v.string(), quantity);
const integer = v.pipe(v.number(), v.integer('must be a whole number'));

const taint = v.strictObject({
  key: v.string(),
  value: v.optional(v.string(), ''),
  effect: v.picklist(['NoSchedule', 'NoExecute']),
  timeAdded: v.optional(v.string()),
});

const given = v.pipe(v.string(), v.minLength(1, 'must not be empty'));
const secretReference = v.strictObject({ namespace: given, name: given });

const spec: v.GenericSchema<unknown, ClusterSpec> = v.pipe(
  v.strictObject({
    syncMode: v.optional(v.picklist(['Push', 'Pull']), 'Push'),
    provider: v.optional(labelValue, ''),
    region: v.optional(labelValue, ''),
    zone: v.optional(labelValue),
    zones: v.optional(v.array(labelValue), []),
    taints: v.optional(v.array(taint), []),
    resourceModels: v.optional(
      v.array(
        v.strictObject({
          grade: integer,
          ranges: v.array(v.strictObject({ name: v.string(), min: quantity, max: quantity })),
        }),
      ),
      [],
    ),
    id: v.optional(v.string()),
    apiEndpoint: v.optional(v.string()),
    secretRef: v.optional(secretReference),
    impersonatorSecretRef: v.optional(secretReference),
    insecureSkipTLSVerification: v.optional(v.boolean()),
    proxyURL: v.optional(v.string()),
    proxyHeader: v.optional(stringMap),
  }),
  v.rawCheck((context) => addViolations(context, clusterViolations)),
  v.transform(({ syncMode, provider, region, zone, zones, taints, resourceModels }) => ({
    syncMode,
    provider,
    region,
    taints,
    resourceModels,
    zones: zone ? [zone] : zones,
  })),
);

const status: v.GenericSchema<unknown, ClusterStatus> = v.object({
  kubernetesVersion: v.optional(v.string()),
  apiEnablements: v.optional(
    v.array(
      v.object({
        groupVersion: v.string(),
        resources: v.optional(
          v.array(v.object({ kind: v.string(), name: v.optional(v.string()) })),
          [],
        ),
      }),
    ),
  ),
  resourceSummary: v.optional(
    v.object({
      allocatable: v.optional(resourceList, {}),
      allocating: v.optional(resourceList, {}),
      allocated: v.optional(resourceList, {}),
      allocatableModelings: v.optional(v.array(v.object({ grade: integer, count: integer })), []),
    }),
  ),
});

/**
 * A member cluster. syncMode is optional, because Regatta does not use Karmada's connection to it.
 */
export const cluster: v.GenericSchema<unknown, Cluster> = v.strictObject({
  apiVersion: v.string(),
  kind: v.literal('Cluster'),
  metadata: v.intersect([objectMeta, v.looseObject({ name: clusterName })]),
  spec: v.optional(spec, {}),
  status: v.optional(status),
});
