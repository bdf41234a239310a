/** Columns of pods and workloads. */
import { itemsOf } from '../kinds/fill.ts';
import { type KubeObject, listAt, numberAt, textAt, type Value, valueAt } from '../object.ts';
import {
  age,
  type Column,
  column,
  count,
  labelsText,
  podColumns,
  selector,
  text,
  wide,
} from './column.ts';
import { ageOf, shortDuration } from './duration.ts';
import { podReady, podRestarts, podStatus } from './pod-cells.ts';

function readyOf(totalPath: string): Column {
  return column('Ready', (object) => {
    const ready = numberAt(object, 'status', 'readyReplicas') ?? 0;
    return `${ready}/${numberAt(object, ...totalPath.split('.')) ?? 0}`;
  });
}

const template = ['spec', 'template'];

export const workloadColumns: Readonly<Record<string, readonly Column[]>> = {
  Pod: [
    column('Ready', podReady),
    column('Status', podStatus),
    column('Restarts', podRestarts),
    age,
    wide('IP', (pod) => textAt(pod, 'status', 'podIP') ?? '<none>'),
    wide('Node', (pod) => textAt(pod, 'spec', 'nodeName') ?? '<none>'),
    wide('Nominated Node', () => '<none>'),
    wide('Readiness Gates', () => '<none>'),
  ],
  Deployment: [
    readyOf('spec.replicas'),
    { ...count('Up-to-date', 'status', 'updatedReplicas'), type: 'string' },
    { ...count('Available', 'status', 'availableReplicas'), type: 'string' },
    age,
    ...podColumns(...template),
    selector,
  ],
  ReplicaSet: replicaColumns(),
  ReplicationController: replicaColumns(),
  StatefulSet: [readyOf('spec.replicas'), age, ...podColumns(...template)],
  DaemonSet: [
    count('Desired', 'status', 'desiredNumberScheduled'),
    count('Current', 'status', 'currentNumberScheduled'),
    count('Ready', 'status', 'numberReady'),
    count('Up-to-date', 'status', 'updatedNumberScheduled'),
    count('Available', 'status', 'numberAvailable'),
    column('Node Selector', (set) => labelsText(valueAt(set, ...template, 'spec', 'nodeSelector'))),
    age,
    ...podColumns(...template),
    selector,
  ],
  ControllerRevision: [
    column('Controller', ({ metadata }) => {
      const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
      return owner === undefined ? '<none>' : `${owner.kind.toLowerCase()}.apps/${owner.name}`;
    }),
    { ...count('Revision', 'revision'), type: 'string' },
    age,
  ],
  Job: [
    column('Status', jobStatus),
    column('Completions', (job) => {
      const succeeded = numberAt(job, 'status', 'succeeded') ?? 0;
      return `${succeeded}/${numberAt(job, 'spec', 'completions') ?? 1}`;
    }),
    column('Duration', jobDuration),
    age,
    ...podColumns(...template),
    selector,
  ],
  CronJob: [
    text('Schedule', '', 'spec', 'schedule'),
    text('Timezone', '<none>', 'spec', 'timeZone'),
    column(
      'Suspend',
      (job) => (valueAt(job, 'spec', 'suspend') === true ? 'True' : 'False'),
      'boolean',
    ),
    column('Active', (job) => listAt(job, 'status', 'active').length, 'integer'),
    column('Last Schedule', (job) => {
      const last = textAt(job, 'status', 'lastScheduleTime');
      return last === undefined ? '<none>' : ageOf(last);
    }),
    age,
    ...podColumns('spec', 'jobTemplate', 'spec', 'template'),
    wide('Selector', () => '<none>'),
  ],
};

function replicaColumns(): readonly Column[] {
  return [
    count('Desired', 'spec', 'replicas'),
    count('Current', 'status', 'replicas'),
    count('Ready', 'status', 'readyReplicas'),
    age,
    ...podColumns(...template),
    selector,
  ];
}

function jobStatus(job: KubeObject): Value {
  const conditions = itemsOf(job.status, 'conditions').filter(({ status }) => status === 'True');
  const last = ['Complete', 'Failed', 'Suspended'].find((type) =>
    conditions.some((condition) => condition.type === type),
  );
  return last ?? 'Running';
}

function jobDuration(job: KubeObject): Value {
  const start = textAt(job, 'status', 'startTime');
  if (start === undefined) return '';
  const end = textAt(job, 'status', 'completionTime');
  return end === undefined ? ageOf(start) : shortDuration(Date.parse(end) - Date.parse(start));
}
