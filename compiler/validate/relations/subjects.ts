import { describeObject, isFieldMap } from '#model/object.ts';
import { pointerTo } from '#model/pointer.ts';
import type { Findings } from '../findings.ts';
import type { Validation } from '../validation.ts';

/**
 * Notes the ServiceAccounts without a namespace in the subjects of RoleBindings, which API servers look for in the namespace of the
 * binding. In a ClusterRoleBinding, API servers reject them.
 */
export function reportSubjects({ distinct }: Validation, findings: Findings): void {
  for (const [object, on] of distinct) {
    const { apiVersion, kind, subjects, metadata } = object;
    const isBinding = apiVersion === 'rbac.authorization.k8s.io/v1' && kind === 'RoleBinding';
    if (!isBinding || !Array.isArray(subjects)) continue;
    for (const [index, subject] of subjects.entries()) {
      if (!isFieldMap(subject) || subject['kind'] !== 'ServiceAccount' || subject['namespace']) {
        continue;
      }
      findings.add({
        code: 'validate/subject-namespace',
        severity: 'note',
        message: `${describeObject(object)}: the ServiceAccount ${subject['name']} has no namespace, so that it is the one in ${metadata.namespace}`,
        pointer: pointerTo(['subjects', index]),
        hint: 'write its namespace',
        on,
      });
    }
  }
}
