import * as v from 'valibot';
import type { Quantity } from '#model/cluster.ts';
import type { KubeObject } from '#model/object.ts';
import { formatDecimal, parseQuantity } from '#model/quantity.ts';
import type { Component, Replicas } from '#model/replica-requirements.ts';
import { withoutEmpty } from './fields.ts';
import { type Interpreted, known, shaped } from './interpreted.ts';
import { type PodSpec, podTemplate, quantity } from './pod-spec.ts';
import { podRequirements } from './requirements.ts';

const number = v.union([v.number(), v.string()], 'must be a number');

const manager = v.nullish(
  v.object({
    replicas: v.nullish(number),
    resource: v.nullish(v.object({ cpu: v.nullish(quantity), memory: v.nullish(quantity) }), {}),
  }),
  {},
);

const deployment = v.object({
  spec: v.nullish(
    v.object({
      jobManager: manager,
      taskManager: manager,
      job: v.nullish(v.object({ parallelism: v.nullish(number) }), {}),
      flinkConfiguration: v.nullish(
        v.object({ 'taskmanager.numberOfTaskSlots': v.nullish(number) }),
        {},
      ),
      podTemplate: v.nullish(podTemplate, {}),
    }),
    {},
  ),
});

type Spec = v.InferOutput<typeof deployment>['spec'];

/**
 * Counts the job managers and task managers of a FlinkDeployment as replicas, each with the larger
 * of their requirements.
 *
 * Source: Karmada v1.18, thirdparty/resourcecustomizations/flink.apache.org/v1beta1.
 */
export function flinkReplicas(object: KubeObject): Interpreted<Replicas> {
  const read = shaped(deployment, withoutEmpty(object));
  if (read.type === 'failed') return read;
  const { spec } = read.value;
  const { jobManager, taskManager } = spec;
  const cpu = larger(taskManager.resource.cpu, jobManager.resource.cpu);
  const memory = larger(taskManager.resource.memory, jobManager.resource.memory);
  const { nodeClaim } = podRequirements(claimsOf(spec), undefined) ?? {};
  const { priorityClassName } = spec.podTemplate.spec;
  const { namespace } = object.metadata;
  return known({
    replicas: Math.trunc((numberOf(jobManager.replicas) ?? 1) + taskManagers(spec)),
    replicaRequirements: {
      ...(nodeClaim === undefined ? {} : { nodeClaim }),
      resourceRequest: {
        ...(cpu === undefined ? {} : { cpu }),
        ...(memory === undefined ? {} : { memory }),
      },
      ...(namespace === undefined ? {} : { namespace }),
      ...(priorityClassName === '' ? {} : { priorityClassName }),
    },
  });
}

/**
 * Returns the job managers and the task managers of a FlinkDeployment as separate components.
 *
 * Source: Karmada v1.18, thirdparty/resourcecustomizations/flink.apache.org/v1beta1.
 */
export function flinkComponents(object: KubeObject): Interpreted<readonly Component[]> {
  const read = shaped(deployment, withoutEmpty(object));
  if (read.type === 'failed') return read;
  const { spec } = read.value;
  const { nodeClaim } = podRequirements(claimsOf(spec), undefined) ?? {};
  return known([
    component('jobmanager', numberOf(spec.jobManager.replicas) ?? 1, spec.jobManager.resource),
    component('taskmanager', taskManagers(spec), spec.taskManager.resource),
  ]);

  function component(name: string, replicas: number, { cpu, memory }: Resources): Component {
    const amount = memory && (parseQuantity(memory) ?? 0n);
    return {
      name,
      replicas: Math.trunc(replicas),
      replicaRequirements: {
        ...(nodeClaim === undefined ? {} : { nodeClaim }),
        resourceRequest: {
          ...(cpu ? { cpu } : {}),
          // Karmada's script reads the quantity as a number and loses its suffix.
          ...(amount ? { memory: formatDecimal(amount) } : {}),
        },
      },
    };
  }
}

type Resources = Spec['jobManager']['resource'];

/** The pod template, without containers and node affinity, which have no effect. */
function claimsOf({ podTemplate: { spec } }: Spec): PodSpec {
  const none = { containers: [], initContainers: [], overhead: {} };
  return { ...spec, ...none, affinity: { nodeAffinity: {} } };
}

function taskManagers({ taskManager, job, flinkConfiguration }: Spec): number {
  const slots = numberOf(flinkConfiguration['taskmanager.numberOfTaskSlots']) ?? 0;
  const parallelism = numberOf(job.parallelism);
  const needed = parallelism === undefined || slots === 0 ? 1 : Math.ceil(parallelism / slots);
  return numberOf(taskManager.replicas) ?? needed;
}

/** Reads a number that may be a text; any other value counts as absent. */
function numberOf(value: number | string | null | undefined): number | undefined {
  if (value === null || value === undefined || value === '') return undefined;
  const result = Number(value);
  return Number.isNaN(result) ? undefined : result;
}

function larger(
  a: Quantity | null | undefined,
  b: Quantity | null | undefined,
): Quantity | undefined {
  const left = a ?? undefined;
  const right = b ?? undefined;
  if (left === undefined || right === undefined) return left ?? right;
  return (parseQuantity(right) ?? 0n) > (parseQuantity(left) ?? 0n) ? right : left;
}
