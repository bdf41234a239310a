/** Objects that put a fault on one level of a cluster. */

/** An API group whose server does not exist: discovery shows it as stale, and requests answer 503. */
export const deadApiService: object = {
  apiVersion: 'apiregistration.k8s.io/v1',
  kind: 'APIService',
  metadata: { name: 'v1alpha1.dead.example' },
  spec: {
    group: 'dead.example',
    version: 'v1alpha1',
    groupPriorityMinimum: 100,
    versionPriority: 100,
    insecureSkipTLSVerify: true,
    service: { name: 'none', namespace: 'default' },
  },
};

/** Returns the definition of a kind in `levels.example` that is stored at v1 and served at v1 and v2. */
export function definitionOf(kind: string, plural: string): object {
  const version = (name: string) => ({
    name,
    served: true,
    storage: name === 'v1',
    schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
  });
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.levels.example` },
    spec: {
      group: 'levels.example',
      names: { kind, plural, singular: kind.toLowerCase() },
      scope: 'Namespaced',
      versions: [version('v1'), version('v2')],
    },
  };
}

/** A patch of a definition whose conversion webhook then has no server. */
export const deadConversion: object = {
  spec: {
    conversion: {
      strategy: 'Webhook',
      webhook: {
        conversionReviewVersions: ['v1'],
        clientConfig: { url: 'https://127.0.0.1:1/' },
      },
    },
  },
};

/** Returns a webhook that the API server asks about ConfigMaps with the label `slow`. */
export function slowAdmission(port: number, cert: string): object {
  return {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingWebhookConfiguration',
    metadata: { name: 'slow' },
    webhooks: [
      {
        name: 'slow.levels.example',
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 30,
        objectSelector: { matchLabels: { slow: 'yes' } },
        rules: [
          {
            apiGroups: [''],
            apiVersions: ['v1'],
            resources: ['configmaps'],
            operations: ['CREATE', 'UPDATE'],
          },
        ],
        clientConfig: {
          url: `https://127.0.0.1:${port}/`,
          caBundle: Buffer.from(cert).toString('base64'),
        },
      },
    ],
  };
}

/** Returns an object of `levels.example` or another group, in the namespace `default`. */
export function custom(apiVersion: string, kind: string, name: string, text = ''): object {
  return { apiVersion, kind, metadata: { name, namespace: 'default' }, spec: { text } };
}
