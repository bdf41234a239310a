import { describeObject } from '#model/object.ts';
import type { Findings } from './findings.ts';
import type { Validation } from './validation.ts';

/** Reports objects with generateName, because the syncer could not find an object with a generated name again. */
export function reportGeneratedNames({ distinct }: Validation, findings: Findings): void {
  for (const [object, on] of distinct) {
    if (object.metadata.generateName === undefined) continue;
    findings.add({
      code: 'validate/generated-name',
      severity: 'error',
      message: `${describeObject(object)} has metadata.generateName, which would create a new object on each apply`,
      pointer: '/metadata/generateName',
      hint: 'remove it and use metadata.name',
      on,
    });
  }
}
