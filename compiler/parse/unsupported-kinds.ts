/** Why an object of a kind is an error, as the predicate of a sentence about it, and what to use instead. */
export interface UnsupportedKind {
  readonly reason: string;
  readonly hint: string;
}

const serverless = 'needs a controller of Karmada, which Regatta does not have';
const taint: UnsupportedKind = {
  reason: serverless,
  hint: 'set the taint in spec.taints of the Cluster',
};
const binding: UnsupportedKind = {
  reason: 'is a placement, which is only read from the folder of spec.bindings',
  hint: 'move it to that folder, or remove it: compile writes bindings',
};

/** Kinds that Karmada 1.18 and Regatta know and that are neither policies nor templates, by `apiVersion/Kind`. */
export const unsupportedKinds: Readonly<Record<string, UnsupportedKind>> = {
  'apps.karmada.io/v1alpha1/WorkloadRebalancer': {
    reason: serverless,
    hint: 'set spec.rescheduleTriggeredAt in the bindings of the objects, or delete these bindings',
  },
  'autoscaling.karmada.io/v1alpha1/CronFederatedHPA': {
    reason: serverless,
    hint: 'let an autoscaler with schedules, such as a ScaledObject of KEDA, scale in each cluster',
  },
  'autoscaling.karmada.io/v1alpha1/FederatedHPA': {
    reason: serverless,
    hint: 'place a HorizontalPodAutoscaler, which scales in each cluster',
  },
  'config.karmada.io/v1alpha1/ResourceInterpreterWebhookConfiguration': {
    reason: 'calls a webhook, which an offline compile cannot do',
    hint: 'implement it in Lua, in a ResourceInterpreterCustomization',
  },
  'networking.karmada.io/v1alpha1/MultiClusterIngress': {
    reason: serverless,
    hint: 'place an Ingress or a Gateway on each cluster',
  },
  'networking.karmada.io/v1alpha1/MultiClusterService': {
    reason: serverless,
    hint: 'use a service mesh, or a ServiceExport and a ServiceImport of multicluster.x-k8s.io',
  },
  'policy.karmada.io/v1alpha1/ClusterTaintPolicy': taint,
  'policy.karmada.io/v1alpha1/FederatedResourceQuota': {
    reason: serverless,
    hint: 'place a ResourceQuota, and set the limits of each cluster in an OverridePolicy',
  },
  'remedy.karmada.io/v1alpha1/Remedy': taint,
  'search.karmada.io/v1alpha1/ResourceRegistry': {
    reason: serverless,
    hint: 'remove it: regatta status and regatta drift read the clusters',
  },
  'work.karmada.io/v1alpha1/ClusterResourceBinding': binding,
  'work.karmada.io/v1alpha1/ResourceBinding': binding,
  'work.karmada.io/v1alpha1/Work': {
    reason: 'is an output of Karmada',
    hint: 'put the manifests in its spec.workload into files of their own',
  },
  'work.karmada.io/v1alpha2/ClusterResourceBinding': binding,
  'work.karmada.io/v1alpha2/ResourceBinding': binding,
  'regatta.dev/v1alpha1/Fleet': {
    reason: 'is only read from regatta.yaml at the top of the repository',
    hint: 'move it to regatta.yaml',
  },
  'regatta.dev/v1alpha1/Lock': {
    reason: 'is only read from regatta.lock at the top of the repository',
    hint: 'move it to regatta.lock',
  },
};
