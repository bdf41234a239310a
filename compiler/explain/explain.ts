import type { Binding, ClusterObject, Referrer, Selection } from '#model/binding.ts';
import { targetsOf } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import { describeObject, type KubeObject } from '#model/object.ts';
import type { Sourced } from '#model/source.ts';
import type { Decisions } from '../decisions.ts';
import { type PinnedImage, pinnedImages } from '../finalise/images.ts';
import { completionsByCluster } from '../interpret/completions.ts';
import { passes } from '../passes.ts';
import { isFrozen } from '../place/place.ts';
import { requestOf } from '../place/request.ts';
import { createScheduler } from '../place/scheduler.ts';
import { propagationRules } from '../select/propagation.ts';
import type {
  AttemptVerdict,
  Explanation,
  ImageVerdict,
  ObjectFailure,
  OverrideVerdict,
  PlacementVerdict,
  RequirementVerdict,
} from './explanation.ts';
import { overriddenFields } from './overridden-fields.ts';
import { judgeAttempt } from './places.ts';
import { judgePolicies } from './policies.ts';
import { beforeOverrides } from './replay.ts';

/** Explains the placement and content of one template. It repeats steps whose details the compile does not record. */
export function explain(template: Sourced, decisions: Decisions): Explanation {
  const { repository, settings, selected, counted } = decisions;
  const isIt = (other: { readonly template: Sourced }) => other.template.at === template.at;
  const binding = decisions.bindings.find(isIt);
  const selection = counted.selections.find(isIt);
  const waiting = selected.waiting.find(isIt);
  const { skipped, notEverywhere } = propagationRules(settings, decisions.rules.profile);
  const { object } = template;
  const policy = [binding, selected.selections.find(isIt), waiting].find(Boolean)?.policy;
  const faults: ObjectFailure[] = [];
  const objects = renderedFor(binding, decisions, ({ severity, message: reason, at }) => {
    if (severity === 'error') faults.push({ reason, at });
  });
  return {
    object: describeObject(object),
    at: template.at(''),
    regardless:
      skipped(object)?.reason ??
      waiting?.message ??
      counted.failed.find(isIt)?.message ??
      everywhere(object, binding, (namespace) => notEverywhere(namespace)?.reason),
    policies: judgePolicies(object, repository.policies, policy),
    attempts: attemptsOf(selection, decisions),
    placement: placementOf(binding),
    requiredBy: (binding?.requiredBy ?? []).map(judgeReferrer),
    objects: objects.map((rendered) => ({
      cluster: rendered.cluster,
      overrides: judgeOverrides(rendered, decisions),
      images: pinnedImages(rendered.object, repository.images).map(judgeImage),
    })),
    faults,
  };
}

function everywhere(
  object: KubeObject,
  binding: Binding | undefined,
  notEverywhere: (object: KubeObject) => string | undefined,
): string | undefined {
  if (object.kind !== 'Namespace' || binding?.policy !== undefined) return undefined;
  return notEverywhere(object) ?? 'a Namespace goes to every cluster unless a policy selects it';
}

function attemptsOf(
  selection: Selection | undefined,
  { repository, rules }: Decisions,
): readonly AttemptVerdict[] {
  const policy = selection?.policy;
  if (selection === undefined || policy === undefined) return [];
  const isDecided = isFrozen(selection, policy.object);
  if (isDecided || policy.object.spec.schedulerName !== 'default-scheduler') return [];
  const { clusters } = repository;
  const members = clusters.map(({ object }) => object);
  const request = requestOf(selection, policy.object.spec.placement);
  const { attempts } = createScheduler(members, rules)(request);
  return attempts.map((attempt) => judgeAttempt(attempt, clusters, policy));
}

function placementOf(binding: Binding | undefined): PlacementVerdict {
  if (binding === undefined) return { clusters: [] };
  const { policy, previous, replicas, replicaRequirements, unscheduled } = binding;
  const isKept = policy !== undefined && isFrozen(binding, policy.object);
  const completions = completionsByCluster(binding);
  return {
    clusters: targetsOf(binding),
    completions: completions.size === 0 ? undefined : Object.fromEntries(completions),
    before: previous?.clusters,
    replicas,
    requests: replicaRequirements?.resourceRequest,
    kept: isKept
      ? 'scheduling is suspended or the policy is lazy, so the previous placement is kept'
      : undefined,
    unscheduled,
  };
}

/** Renders the objects of a binding for its clusters. */
export function renderedFor(
  binding: Binding | undefined,
  { repository, interpreter, rules: { profile } }: Decisions,
  report: Report = () => {},
): readonly ClusterObject[] {
  if (binding === undefined) return [];
  const rendering = { bindings: [binding], repository, interpreter, profile };
  return passes.render.run(rendering, report).objects;
}

function judgeReferrer({ template, policy, clusters }: Referrer): RequirementVerdict {
  return {
    object: describeObject(template.object),
    at: template.at(''),
    by: policy?.at('/spec/propagateDeps'),
    clusters: clusters.map(({ name }) => name),
  };
}

function judgeImage({ image, locked }: PinnedImage): ImageVerdict {
  return { image, digest: locked.digest, at: locked.at() };
}

/** Follows the rules that apply to an object, each on the result of the one before. */
function judgeOverrides(rendered: ClusterObject, decisions: Decisions): readonly OverrideVerdict[] {
  let object = beforeOverrides(rendered, decisions).divided;
  return rendered.overrides.map((rule) => {
    const result = overriddenFields(object, rule);
    object = result.object;
    const { policy, overriders } = rule;
    return {
      policy: describeObject(policy.object),
      at: policy.at(overriders),
      fields: result.fields,
    };
  });
}
