/** Checks what objects of one cluster need of each other. */
import type { Findings } from '../findings.ts';
import type { Validation } from '../validation.ts';
import { ClusterContents } from './cluster-contents.ts';
import { reportMissingObjects } from './missing-objects.ts';
import { reportIdleSelectors } from './selectors.ts';
import { reportSubjects } from './subjects.ts';

/** Reports references and selectors that lead to nothing on a cluster. */
export function reportRelations(validation: Validation, findings: Findings): void {
  const { objects, kinds } = validation;
  const byCluster = Map.groupBy(objects, ({ cluster }) => cluster);
  const contents = new Map(
    [...byCluster].map(([name, there]) => [name, new ClusterContents(there, kinds)]),
  );
  reportMissingObjects(validation, contents, findings);
  reportIdleSelectors(validation, contents, findings);
  reportSubjects(validation, findings);
}
