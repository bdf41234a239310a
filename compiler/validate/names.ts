import { describeObject } from '#model/object.ts';
import type { Findings } from './findings.ts';
import type { Validation } from './validate.ts';

/** Refuses names that an API server would make up: nothing could find the object again. */
export function reportGeneratedNames({ distinct }: Validation, findings: Findings): void {
  for (const [object, on] of distinct) {
    if (object.metadata.generateName === undefined) continue;
    findings.add({
      code: 'validate/generated-name',
      severity: 'error',
      message: `${describeObject(object)} has metadata.generateName, which makes a new object of each apply`,
      pointer: '/metadata/generateName',
      hint: 'remove it; metadata.name is the name',
      on,
    });
  }
}
