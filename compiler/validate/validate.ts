import type { Diagnostic } from '#model/diagnostic.ts';
import type { CheckAnswers, CheckRequest } from '#model/object-check.ts';
import type { Rendition } from '../decisions.ts';
import { reportAnswers } from './answers.ts';
import { planChecks } from './check-plan.ts';
import { Findings } from './findings.ts';
import { reportUndefined } from './kinds.ts';
import { KnownKinds } from './known-kinds.ts';
import { reportGeneratedNames } from './names.ts';
import { reportNamespaces } from './namespaces.ts';
import { reportRelations } from './relations/relations.ts';
import { reportUnserved } from './served-by.ts';
import type { ValidationInputs } from './validation.ts';
import { reportVersions } from './versions.ts';

/** A validation that waits for the answers of the engine. */
export interface PendingValidation {
  readonly requests: readonly CheckRequest[];
  /** Returns everything that API servers would reject, ordered by position in the sources. */
  finish(answers: CheckAnswers): readonly Diagnostic[];
}

/** Runs all checks of a rendition that need no engine, and collects the requests for the engine. */
export function startValidation(rendition: Rendition, inputs: ValidationInputs): PendingValidation {
  const { objects, decisions } = rendition;
  const kinds = new KnownKinds(inputs.known, objects);
  const distinct = Map.groupBy(objects, ({ object }) => object);
  const validation = { ...rendition, ...inputs, kinds, distinct };
  const findings = new Findings(decisions);
  if (inputs.scope === 'everything') {
    reportGeneratedNames(validation, findings);
    reportVersions(validation, findings);
    reportUnserved(validation, findings);
    reportUndefined(validation, findings);
    reportNamespaces(validation, findings);
    reportRelations(validation, findings);
  }
  const { requests, planned } = planChecks(validation);
  return {
    requests,
    finish: (answers) => {
      reportAnswers({ validation, planned, answers }, findings);
      return findings.diagnostics;
    },
  };
}
