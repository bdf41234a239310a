import type { ReferencePaths } from '#model/pod-references.ts';

/** Where a kind refers to its dependencies: in pod templates, and in its own fields. */
export interface DependencyPaths {
  readonly pods?: readonly string[];
  readonly fields?: ReferencePaths;
}

const template: DependencyPaths = { pods: ['spec/template'] };

function secrets(...fields: readonly string[]): readonly string[] {
  return fields.map((field) => `spec/${field}/name`);
}

function rayPods(config: string): readonly string[] {
  return [`spec/${config}/headGroupSpec/template`, `spec/${config}/workerGroupSpecs/*/template`];
}

function replicaPods(specs: string, types: readonly string[]): readonly string[] {
  return types.map((type) => `spec/${specs}/${type}/template`);
}

const workflowVolumes = [
  'azureFile/secretName',
  'cephfs/secretRef/name',
  'cinder/secretRef/name',
  'csi/nodePublishSecretRef/name',
  'flexVolume/secretRef/name',
  'iscsi/secretRef/name',
  'projected/sources/*/secret/name',
  'rbd/secretRef/name',
  'scaleIO/secretRef/name',
  'storageos/secretRef/name',
];

/**
 * The dependencies of Kubernetes' own kinds and of the third-party kinds with an interpreter in
 * Karmada, by apiVersion and kind.
 *
 * Source: Karmada v1.18, pkg/resourceinterpreter/default/native/dependencies.go and
 * .../default/thirdparty/resourcecustomizations.
 */
export const dependencyPaths: Readonly<Record<string, DependencyPaths>> = {
  'apps/v1/DaemonSet': template,
  'apps/v1/Deployment': template,
  'apps/v1/ReplicaSet': template,
  'apps/v1/StatefulSet': template,
  'batch/v1/Job': template,
  'batch/v1/CronJob': { pods: ['spec/jobTemplate/spec/template'] },
  'networking.k8s.io/v1/Ingress': { fields: { secrets: ['spec/tls/*/secretName'] } },

  'apps.kruise.io/v1alpha1/AdvancedCronJob': {
    pods: [
      'spec/template/jobTemplate/spec/template',
      'spec/template/broadcastJobTemplate/spec/template',
    ],
  },
  'apps.kruise.io/v1alpha1/BroadcastJob': template,
  'apps.kruise.io/v1alpha1/CloneSet': template,
  'apps.kruise.io/v1alpha1/DaemonSet': template,
  'apps.kruise.io/v1alpha1/UnitedDeployment': template,
  'apps.kruise.io/v1beta1/StatefulSet': template,
  'apps.kruise.io/v1alpha1/SidecarSet': {
    fields: {
      configMaps: [
        'spec/containers/*/env/*/valueFrom/configMapKeyRef/name',
        'spec/containers/*/envFrom/*/configMapRef/name',
        'spec/volumes/*/configMap/name',
        'spec/volumes/*/projected/sources/*/configMap/name',
      ],
      secrets: [
        'spec/containers/*/env/*/valueFrom/secretKeyRef/name',
        'spec/containers/*/envFrom/*/secretRef/name',
        'spec/volumes/*/secret/secretName',
        'spec/volumes/*/projected/sources/*/secret/name',
      ],
    },
  },
  'argoproj.io/v1alpha1/Workflow': {
    fields: {
      configMaps: [
        'spec/volumes/*/configMap/name',
        'spec/volumes/*/projected/sources/*/configMap/name',
      ],
      secrets: [
        ...workflowVolumes.map((field) => `spec/volumes/*/${field}`),
        'spec/volumes/*/secret/name',
        'spec/imagePullSecrets/*/name',
      ],
      serviceAccounts: ['spec/executor/serviceAccountName', 'spec/serviceAccountName'],
      claims: [
        'spec/volumeClaimTemplates/*/metadata/name',
        'spec/volumes/*/persistentVolumeClaim/claimName',
      ],
    },
  },
  'kubeflow.org/v1/PyTorchJob': {
    pods: replicaPods('pytorchReplicaSpecs', ['Master', 'Worker']),
  },
  'kubeflow.org/v1/TFJob': {
    pods: replicaPods('tfReplicaSpecs', ['PS', 'Worker', 'Chief', 'Master', 'Evaluator']),
  },
  'ray.io/v1/RayJob': { pods: [...rayPods('rayClusterSpec'), 'spec/submitterPodTemplate'] },
  'ray.io/v1/RayService': { pods: rayPods('rayClusterConfig') },

  'helm.toolkit.fluxcd.io/v2beta1/HelmRelease': {
    fields: {
      configMaps: ['spec/valuesFrom/*[ConfigMap]/name'],
      secrets: [
        'spec/valuesFrom/*[Secret]/name',
        ...secrets('chart/spec/verify/secretRef', 'kubeConfig/secretRef'),
      ],
      serviceAccounts: ['spec/serviceAccountName'],
    },
  },
  'kustomize.toolkit.fluxcd.io/v1/Kustomization': {
    fields: {
      secrets: secrets('decryption/secretRef', 'kubeConfig/secretRef'),
      serviceAccounts: ['spec/serviceAccountName'],
    },
  },
  'source.toolkit.fluxcd.io/v1/GitRepository': {
    fields: { secrets: secrets('secretRef', 'verify/secretRef') },
  },
  'source.toolkit.fluxcd.io/v1beta2/Bucket': { fields: { secrets: secrets('secretRef') } },
  'source.toolkit.fluxcd.io/v1beta2/HelmChart': {
    fields: { secrets: secrets('verify/secretRef') },
  },
  'source.toolkit.fluxcd.io/v1beta2/HelmRepository': { fields: { secrets: secrets('secretRef') } },
  'source.toolkit.fluxcd.io/v1beta2/OCIRepository': {
    fields: {
      secrets: secrets('secretRef', 'verify/secretRef', 'certSecretRef'),
      serviceAccounts: ['spec/serviceAccountName'],
    },
  },
};
