import type { ResourceList } from '#model/cluster.ts';
import { byText } from '#model/object.ts';
import {
  formatBinary,
  formatDecimal,
  fromMilli,
  fromWhole,
  toMilli,
  toWhole,
} from '#model/quantity.ts';
import type { NodeClaim, ReplicaRequirements } from '#model/replica-requirements.ts';
import type { AmountRecord, Container, PodSpec } from './pod-spec.ts';

/**
 * Returns the requirements of a pod; undefined if the pod requires nothing.
 *
 * Source: Karmada v1.18, pkg/util/helper/binding.go (GenerateReplicaRequirements),
 * pkg/util/resource.go.
 */
export function podRequirements(
  spec: PodSpec,
  namespace: string | undefined,
): ReplicaRequirements | undefined {
  const nodeClaim = nodeClaimOf(spec);
  const resourceRequest = resourceRequestOf(spec);
  if (nodeClaim === undefined && resourceRequest === undefined) return undefined;
  return {
    ...(nodeClaim === undefined ? {} : { nodeClaim }),
    ...(resourceRequest === undefined ? {} : { resourceRequest }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(spec.priorityClassName === '' ? {} : { priorityClassName: spec.priorityClassName }),
  };
}

function nodeClaimOf({ nodeSelector, tolerations, affinity }: PodSpec): NodeClaim | undefined {
  const required = affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution;
  const claim = {
    ...(required ? { hardNodeAffinity: required } : {}),
    ...(nodeSelector ? { nodeSelector } : {}),
    ...(tolerations.length > 0 ? { tolerations } : {}),
  };
  return Object.keys(claim).length === 0 ? undefined : claim;
}

/**
 * Returns the request for each resource: the sum of the containers, or the largest init container if that requests
 * more, plus the overhead of the pod.
 */
function resourceRequestOf(spec: PodSpec): ResourceList | undefined {
  const sum = new Map<string, bigint>();
  for (const container of spec.containers) add(sum, requestsOf(container));
  for (const container of spec.initContainers) raise(sum, requestsOf(container));
  add(sum, countedOf(spec.overhead));
  const requests = [...sum]
    .filter(([, units]) => units > 0n)
    .sort(([a], [b]) => byText(a, b))
    .map(([name, units]) => [name, print(name, units)] as const);
  return requests.length === 0 ? undefined : Object.fromEntries(requests);
}

type Counted = readonly (readonly [name: string, units: bigint])[];

function add(sum: Map<string, bigint>, counted: Counted): void {
  for (const [name, units] of counted) sum.set(name, (sum.get(name) ?? 0n) + units);
}

function raise(sum: Map<string, bigint>, counted: Counted): void {
  for (const [name, units] of counted) {
    if (units > (sum.get(name) ?? 0n)) sum.set(name, units);
  }
}

/** Returns the requests of a container. A resource with a limit but no request counts as requested at its limit. */
function requestsOf({ resources: { requests, limits } }: Container): Counted {
  return countedOf({ ...limits, ...requests });
}

/** Returns the amounts that schedulers consider: CPU in thousandths, other resources in whole units, rounded up. */
function countedOf(amounts: AmountRecord): Counted {
  return Object.entries(amounts)
    .filter(([name]) => isCounted(name))
    .map(([name, amount]) => [name, name === 'cpu' ? toMilli(amount) : toWhole(amount)] as const);
}

const countedNames: ReadonlySet<string> = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods']);

/**
 * Reports whether schedulers consider a resource: those of nodes, extended ones, huge pages and
 * attachable volumes.
 */
function isCounted(name: string): boolean {
  if (countedNames.has(name) || /^(hugepages-|attachable-volumes-)/.test(name)) return true;
  if (name.includes('kubernetes.io/')) return true;
  return name.includes('/') && !name.startsWith('requests.');
}

function print(name: string, units: bigint): string {
  if (name === 'cpu') return formatDecimal(fromMilli(units));
  const isBinary = /^(memory|ephemeral-storage)$|^hugepages-/.test(name);
  return isBinary ? formatBinary(fromWhole(units)) : formatDecimal(fromWhole(units));
}
