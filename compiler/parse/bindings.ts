import * as v from 'valibot';
import type { PreviousBinding, PreviousBindings, TargetCluster } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import type { OutputMap } from '#model/files.ts';
import type { FleetSettings, Repository } from '#model/fleet.ts';
import { byText, keyOf, type ObjectKey } from '#model/object.ts';
import { templateAnnotation } from '#model/rendered.ts';
import { checkShape } from './check.ts';
import { readObjects, type SourceText } from './documents.ts';
import { stringMap } from './schema/object.ts';

type Entry = readonly [ObjectKey, PreviousBinding];

/** Returns the previous placements in a file. */
export type ParsePrevious = (source: SourceText, report: Report) => readonly Entry[];

/**
 * Returns the previous placements by the keys of their templates, from the files below the bindings
 * folder, without clusters that no longer exist.
 */
export function parseBindings(
  { existing, settings, repository }: BindingSources,
  report: Report,
  parse: ParsePrevious = parsePrevious,
): PreviousBindings {
  const clusters = new Set(repository.clusters.map(({ object }) => object.metadata.name));
  const isKnown = ({ name }: TargetCluster) => clusters.has(name);
  const bindings = new Map<ObjectKey, PreviousBinding>();
  const files = [...existing].filter(
    ([file]) => file.startsWith(`${settings.bindings}/`) && isYaml(file),
  );
  for (const [file, text] of files.sort(([a], [b]) => byText(a, b))) {
    if (typeof text !== 'string') continue;
    for (const [key, previous] of parse({ file, text }, report)) {
      bindings.set(key, { ...previous, clusters: previous.clusters.filter(isKnown) });
    }
  }
  return bindings;
}

/** Returns the entries of `PreviousBindings` that a file contains. */
export const parsePrevious: ParsePrevious = (source, report) =>
  readObjects(source, report).flatMap((raw) => {
    const parsed = checkShape(binding, raw, 'ResourceBinding', report);
    return parsed === undefined ? [] : [entryOf(parsed)];
  });

/** Returns the entry of one document. */
export function entryOf(document: BindingFields): Entry {
  const { resource } = document.spec;
  const { name, namespace } = resource;
  const metadata = { name, ...(namespace ? { namespace } : {}) };
  return [keyOf({ ...resource, metadata }), previousOf(document)];
}

interface BindingSources {
  readonly existing: OutputMap;
  readonly settings: Pick<FleetSettings, 'bindings'>;
  readonly repository: Pick<Repository, 'clusters'>;
}

function isYaml(file: string): boolean {
  return /\.ya?ml$/.test(file);
}

const target = v.looseObject({
  name: v.string(),
  replicas: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

const binding = v.looseObject({
  apiVersion: v.string(),
  kind: v.picklist(['ResourceBinding', 'ClusterResourceBinding']),
  metadata: v.looseObject({ annotations: v.optional(stringMap, {}) }),
  spec: v.looseObject({
    resource: v.looseObject({
      apiVersion: v.string(),
      kind: v.string(),
      namespace: v.optional(v.string()),
      name: v.string(),
    }),
    clusters: v.optional(v.array(target), []),
    rescheduleTriggeredAt: v.optional(v.string()),
    suspension: v.optional(v.looseObject({ scheduling: v.optional(v.boolean()) })),
  }),
  status: v.optional(
    v.looseObject({
      schedulerObservingAffinityName: v.optional(v.string()),
      lastScheduledTime: v.optional(v.string()),
    }),
    {},
  ),
});

/** The fields of a document that a compile reads. */
interface BindingFields {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly resource: KubeReference;
    readonly clusters?: readonly TargetCluster[];
    readonly rescheduleTriggeredAt?: string | undefined;
    readonly suspension?: { readonly scheduling?: boolean | undefined } | undefined;
  };
  readonly status?: {
    readonly schedulerObservingAffinityName?: string | undefined;
    readonly lastScheduledTime?: string | undefined;
  };
}

interface KubeReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}

function previousOf({ metadata, spec, status = {} }: BindingFields): PreviousBinding {
  const { annotations = {} } = metadata;
  const { clusters = [], rescheduleTriggeredAt: asked, suspension } = spec;
  const { schedulerObservingAffinityName: affinityName, lastScheduledTime: done } = status;
  return {
    clusters: clusters
      .map(({ name, replicas }) => ({ name, ...(replicas === undefined ? {} : { replicas }) }))
      .sort((a, b) => byText(a.name, b.name)),
    affinityName: affinityName || undefined,
    // Kubernetes writes both in RFC 3339 and UTC, which sort as texts.
    reschedule: asked !== undefined && (done === undefined || asked > done),
    policy: policyOf(annotations),
    isSuspended: suspension?.scheduling === true,
    template: annotations[templateAnnotation],
  };
}

function policyOf(annotations: Readonly<Record<string, string>>): string | undefined {
  const name = annotations['propagationpolicy.karmada.io/name'];
  return name === undefined
    ? annotations['clusterpropagationpolicy.karmada.io/name']
    : `${annotations['propagationpolicy.karmada.io/namespace']}/${name}`;
}
