/** Kustomizations that use rare features together. The kustomization in `app` is built. */

const object = (kind: string, name: string, more = '') => {
  const versions: Readonly<Record<string, string>> = {
    Deployment: 'apps/v1',
    Role: 'rbac.authorization.k8s.io/v1',
    RoleBinding: 'rbac.authorization.k8s.io/v1',
  };
  return `apiVersion: ${versions[kind] ?? 'v1'}\nkind: ${kind}\nmetadata: {name: ${name}}\n${more}`;
};
const deployment = (name: string) =>
  object(
    'Deployment',
    name,
    `spec:\n  replicas: 1\n  selector: {matchLabels: {app: ${name}}}\n  template:\n    metadata: {labels: {app: ${name}}}\n    spec:\n      serviceAccountName: sa\n      containers:\n      - name: c\n        image: example.com:5000/a/b:1@sha256:0123456789012345678901234567890123456789012345678901234567890123\n        args: [one, two]\n        ports: [{containerPort: 80, protocol: TCP}, {containerPort: 80, protocol: UDP}]\n        env: [{name: A, value: a}, {name: B, valueFrom: {configMapKeyRef: {name: cm, key: k}}}]\n        envFrom: [{secretRef: {name: sec}}]\n      - {name: d, image: "nginx"}\n      volumes: [{name: v, configMap: {name: cm}}, {name: w, projected: {sources: [{secret: {name: sec}}]}}]\n`,
  );
const app = 'resources: [d.yaml, r.yaml]\n';
const files = {
  'app/d.yaml': deployment('web'),
  'app/r.yaml': [
    object('ServiceAccount', 'sa'),
    object('Service', 'web', 'spec: {selector: {app: web}, ports: [{port: 80}]}\n'),
    object(
      'Role',
      'r',
      'rules: [{apiGroups: [""], resources: [configmaps], resourceNames: [cm], verbs: [get]}]\n',
    ),
    object(
      'RoleBinding',
      'rb',
      'roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: r}\nsubjects: [{kind: ServiceAccount, name: sa, namespace: default}, {kind: ServiceAccount, name: other, namespace: else}]\n',
    ),
  ].join('---\n'),
};
const generators =
  'configMapGenerator: [{name: cm, literals: [k=v]}]\nsecretGenerator: [{name: sec, literals: [p=1], type: Opaque}]\n';
const withKustomization = (text: string, more: Readonly<Record<string, string>> = {}) => ({
  ...files,
  ...more,
  'app/kustomization.yaml': `${app}${generators}${text}`,
});
const patched = (...patches: readonly string[]) =>
  withKustomization(
    `patches:\n${patches.map((patch) => `- patch: |-\n${patch.replaceAll(/^/gm, '    ')}\n`).join('')}`,
  );
const web = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web';

export const oddKustomizations: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'prefixes, namespaces and hashes in all references': withKustomization(
    'namePrefix: p-\nnameSuffix: -s\nnamespace: ns\n',
  ),
  'generators with odd keys and options': {
    ...files,
    'app/kustomization.yaml': `${app}generatorOptions: {labels: {g: "1"}, annotations: {a: "yes"}, immutable: true}\nconfigMapGenerator:\n- name: cm\n  literals: ["a=b=c", 'q="quoted"', "s='x y'", "empty=", "multi=l1\\nl2", "n=1", "t=true", "é=ü"]\n  files: [d.yaml, key.with-dots_1=r.yaml, "sub/x y.txt"]\n  envs: [e.env]\n- name: plain\n  namespace: other\n  options: {disableNameSuffixHash: true, immutable: false, labels: {own: x}}\n- name: none\nsecretGenerator:\n- {name: sec, files: [sub/b.bin], type: kubernetes.io/tls}\n`,
    'app/e.env': '\ufeff# c\nA=1\r\n  B = x # no comment\nexport C=2\nD="q"\n\nE\n',
    'app/sub/x y.txt': 'a\r\nb\ttab \n',
    'app/sub/b.bin': 'x',
  },
  'an environment file without an equals sign': {
    'app/kustomization.yaml': 'configMapGenerator: [{name: c, envs: [e.env]}]\n',
    'app/e.env': 'A=1\nB-b\n',
  },
  'a generator that merges and one that replaces': {
    ...files,
    'base/kustomization.yaml':
      'configMapGenerator: [{name: a, literals: [x=1, y=2]}, {name: b, literals: [x=1]}]\n',
    'app/kustomization.yaml':
      'resources: [../base]\nnamePrefix: n-\nconfigMapGenerator: [{name: a, behavior: merge, literals: [x=3]}, {name: b, behavior: replace, literals: [z=1]}]\n',
  },
  'a merging generator without anything to merge': {
    'app/kustomization.yaml': 'configMapGenerator: [{name: a, behavior: merge, literals: [x=3]}]\n',
  },
  'directives of strategic merges': patched(
    `${web}}\nspec:\n  template:\n    spec:\n      $retainKeys: [containers, volumes]\n      volumes: [{$patch: delete, name: v}, {name: n, emptyDir: {}}]\n      containers: [{name: d, $patch: delete}, {name: c, $setElementOrder/env: [{name: B}, {name: A}], env: [{name: A, value: null}], command: [x], ports: [{containerPort: 80, protocol: UDP, name: u}]}]`,
    `${web}}\nspec: {strategy: {$patch: replace, type: Recreate}, template: {metadata: {annotations: {a: null, b: "1"}}}}`,
    `apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{$patch: replace}, {port: 81}]}`,
    `$patch: delete\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: sa}`,
    `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cm}\n$patch: replace\ndata: {only: this}`,
  ),
  'a patch for an object that does not exist': patched(`${web}-none}\nspec: {replicas: 2}`),
  'patches with targets and options': withKustomization(
    'patches:\n- path: p.json\n  target: {kind: Deploy.*, name: "w|web", labelSelector: "!x"}\n- path: p.yaml\n  options: {allowNameChange: true, allowKindChange: true}\n  target: {kind: Service}\n- patch: \'[{"op": "test", "path": "/kind", "value": "Role"}, {"op": "copy", "from": "/metadata/name", "path": "/metadata/labels/n~1m"}]\'\n  target: {group: rbac.authorization.k8s.io, kind: Role, annotationSelector: ""}\n',
    {
      'app/p.json':
        '[{"op": "add", "path": "/spec/template/spec/containers/-", "value": {"name": "e", "image": "x"}}, {"op": "replace", "path": "/spec/replicas", "value": 3}, {"op": "remove", "path": "/spec/template/spec/volumes/0"}, {"op": "move", "from": "/spec/template/spec/serviceAccountName", "path": "/metadata/annotations"}]',
      'app/p.yaml': object('Endpoints', 'changed', 'subsets: []\n'),
    },
  ),
  'replacements with delimiters, options and several targets': withKustomization(
    'replacements:\n- source: {kind: Deployment, name: web, fieldPath: "spec.template.spec.containers.[name=c].image", options: {delimiter: ":", index: 1}}\n  targets:\n  - select: {kind: Service}\n    fieldPaths: [metadata.annotations.port, "spec.selector.new"]\n    options: {create: true}\n  - select: {kind: Deployment}\n    reject: [{name: other}]\n    fieldPaths: ["spec.template.spec.containers.*.args.0", "spec.template.spec.containers.[name=d].image"]\n    options: {delimiter: "/", index: -1, create: true}\n- path: more.yaml\n- source: {kind: ConfigMap, name: cm}\n  targets: [{select: {kind: Role}, fieldPaths: [rules.0.resourceNames.0]}]\n',
    {
      'app/more.yaml':
        '- sourceValue: fixed\n  targets: [{select: {kind: ServiceAccount}, fieldPaths: [metadata.labels.x], options: {create: true}}]\n',
    },
  ),
  'a replacement whose field does not exist': withKustomization(
    'replacements: [{source: {kind: Service, fieldPath: spec.none}, targets: [{select: {kind: Role}, fieldPaths: [metadata.name]}]}]\n',
  ),
  'images, replicas, labels and annotations': withKustomization(
    'images: [{name: example.com:5000/a/b, newTag: "2"}, {name: nginx, newName: my/nginx, digest: "sha256:abc"}]\nreplicas: [{name: web, count: 0}]\nlabels:\n- {pairs: {sel: "1"}, includeSelectors: true}\n- {pairs: {tem: "on"}, includeTemplates: true}\n- {pairs: {own: x}, fields: [{path: metadata/own, create: true, kind: Role}]}\ncommonAnnotations: {note: "a: b", "x/y": "1e3"}\nbuildMetadata: [managedByLabel, transformerAnnotations]\n',
  ),
  'an order of kinds, and one by arrival': withKustomization(
    'sortOptions: {order: legacy, legacySortOptions: {orderFirst: [Service, Role], orderLast: [ConfigMap]}}\n',
  ),
  'components in components': {
    ...withKustomization('components: [../c1, ../c2]\nnamePrefix: x-\n'),
    'c1/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\ncomponents: [../c2]\nresources: [m.yaml]\npatches: [{path: p.yaml}]\nconfigMapGenerator: [{name: cm, behavior: merge, literals: [more=1]}]\n',
    'c1/m.yaml': object('ConfigMap', 'm'),
    'c1/p.yaml': `${web}}\nspec: {paused: true}\n`,
    'c2/kustomization.yaml':
      'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nnameSuffix: -z\nlabels: [{pairs: {c2: "1"}}]\nreplacements: [{source: {kind: Deployment, fieldPath: metadata.name}, targets: [{select: {kind: Service}, fieldPaths: [spec.selector.app]}]}]\n',
  },
  'configurations, definitions and variables': {
    ...withKustomization(
      'namePrefix: p-\nnamespace: n\nresources: [d.yaml, r.yaml, k.yaml]\n'
        .replace(
          'resources',
          'bases: []\ncrds: [crd.json]\nconfigurations: [conf.yaml]\nvars: [{name: SVC, objref: {kind: Service, name: web, apiVersion: v1}, fieldref: {fieldpath: metadata.name}}]\ncommonLabels',
        )
        .replace('[d.yaml, r.yaml, k.yaml]', '{l: "1"}'),
    ),
    'app/r.yaml': `${files['app/r.yaml']}---\napiVersion: e.com/v1\nkind: Boat\nmetadata: {name: b}\nspec: {ref: {name: cm}, svc: $(SVC).x, image: nginx, sel: {a: b}}\n`,
    'app/crd.json':
      '{"e.com/v1.Boat": {"Schema": {"properties": {"spec": {"$ref": "e.com/v1.BoatSpec"}, "kind": {}, "apiVersion": {}, "metadata": {}}}}, "e.com/v1.BoatSpec": {"Schema": {"properties": {"ref": {"x-kubernetes-object-ref-api-version": "v1", "x-kubernetes-object-ref-kind": "ConfigMap", "x-kubernetes-object-ref-name-key": "name"}}}}}',
    'app/conf.yaml':
      'varReference: [{path: spec/svc, kind: Boat}]\ncommonLabels: [{path: spec/sel, kind: Boat}]\nnamePrefix: [{path: metadata/name}, {path: spec/image, kind: Boat}]\nnameReference: [{kind: Secret, fieldSpecs: [{path: spec/ref/name, kind: Boat}]}]\n',
  },
  'a schema of its own for merges': {
    'app/kustomization.yaml':
      'resources: [b.yaml]\nopenapi: {path: s.json}\npatches: [{path: p.yaml}]\n',
    'app/b.yaml':
      'apiVersion: e.com/v1\nkind: Boat\nmetadata: {name: b}\nspec: {crew: [{id: 1, name: a}, {id: 2, name: b}]}\n',
    'app/p.yaml':
      'apiVersion: e.com/v1\nkind: Boat\nmetadata: {name: b}\nspec: {crew: [{id: 2, name: c}, {id: 1, $patch: delete}]}\n',
    'app/s.json':
      '{"definitions": {"com.e.v1.Boat": {"properties": {"spec": {"properties": {"crew": {"type": "array", "items": {"type": "object"}, "x-kubernetes-patch-merge-key": "id", "x-kubernetes-patch-strategy": "merge"}}}}, "x-kubernetes-group-version-kind": [{"group": "e.com", "kind": "Boat", "version": "v1"}]}}}',
  },
  'transformers and validators as objects': {
    ...withKustomization(
      'transformers: [t.yaml, "{apiVersion: builtin, kind: AnnotationsTransformer, metadata: {name: i}, annotations: {inline: x}, fieldSpecs: [{path: metadata/annotations, create: true}]}\\n"]\ngenerators: [g.yaml]\nvalidators: [t.yaml]\n',
    ),
    'app/t.yaml':
      'apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: n, namespace: new}\nsetRoleBindingSubjects: allServiceAccounts\nunsetOnly: true\n---\napiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\npatch: \'[{"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}]\'\ntarget: {kind: Service}\n',
    'app/g.yaml':
      'apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: gen, annotations: {config.kubernetes.io/function: ""}}\nliterals: [a=b]\n',
  },
  'a function in a container': {
    ...withKustomization('transformers: [f.yaml]\n'),
    'app/f.yaml':
      'apiVersion: x\nkind: F\nmetadata: {name: f, annotations: {config.kubernetes.io/function: "container: {image: x}"}}\n',
  },
  'an executable function': {
    ...withKustomization('generators: [f.yaml]\n'),
    'app/f.yaml':
      'apiVersion: x\nkind: F\nmetadata: {name: f, annotations: {config.kubernetes.io/function: "exec: {path: ./run.sh}"}}\n',
    'app/run.sh': '#!/bin/sh\n',
  },
  'lists, local objects and annotations of Kustomize': {
    'app/kustomization.yaml':
      'resources: [l.yaml]\nnamePrefix: a-\nbuildMetadata: [originAnnotations]\n',
    'app/l.yaml': `apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: one, annotations: {config.kubernetes.io/local-config: "true"}}}\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: two, annotations: {internal.config.kubernetes.io/index: "5", kustomize.config.k8s.io/needs-hash: "true", kustomize.config.k8s.io/behavior: merge}}}\n- {apiVersion: v1, kind: ConfigMapList, items: [{apiVersion: v1, kind: ConfigMap, metadata: {name: three}}]}\n`,
  },
  'two objects with one identity': {
    'app/kustomization.yaml': 'resources: [a.yaml, b.yaml]\n',
    'app/a.yaml': object('ConfigMap', 'x'),
    'app/b.yaml': object('ConfigMap', 'x'),
  },
  'a base that includes itself': {
    'app/kustomization.yaml': 'resources: [../base]\n',
    'base/kustomization.yaml': 'resources: [../app]\n',
  },
  'a file outside of the folder': {
    'app/kustomization.yaml': 'configMapGenerator: [{name: a, files: [../x.txt]}]\n',
    'x.txt': 'x',
  },
  'strings and numbers that YAML reads in several ways': {
    'app/kustomization.yaml':
      'resources: [m.yaml]\nnamespace: "1e3"\nlabels: [{pairs: {a: "0x1", b: "null", c: "~", d: "1_000", e: "2001-01-01", f: "no"}}]\n',
    'app/m.yaml':
      'apiVersion: e.com/v1\nkind: M\nmetadata: {name: m}\nspec: {a: 0o17, b: 017, c: 1_000, d: 1.0, e: 1e3, f: .inf, g: 12345678901234567890, h: !!str 5, i: "y", j: y, k: ~, l: 2001-01-01, m: "multi\\nline", n: |+\n    keep\n\n  , o: >-\n    fold\n    ed\n  }\n'.replace(
        ', n: |+\n    keep\n\n  , o: >-\n    fold\n    ed\n  ',
        '',
      ),
  },
};
