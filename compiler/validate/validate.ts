import type { ClusterObject } from '#model/binding.ts';
import type { Diagnostic } from '#model/diagnostic.ts';
import type { OutputMap } from '#model/files.ts';
import type { KubeObject } from '#model/object.ts';
import type { CheckAnswers, CheckRequest } from '#model/object-check.ts';
import type { KnownSchemas } from '#model/schema.ts';
import type { Decisions } from '../decide.ts';
import { reportAnswers } from './answers.ts';
import { planChecks } from './check-plan.ts';
import { Findings } from './findings.ts';
import { reportUndefined } from './kinds.ts';
import { KnownKinds } from './known-kinds.ts';
import { reportGeneratedNames } from './names.ts';
import { reportNamespaces } from './namespaces.ts';
import { reportUnserved } from './served-by.ts';
import { reportVersions } from './versions.ts';

/** What a compile has rendered. */
export interface Rendition {
  readonly decisions: Decisions;
  readonly objects: readonly ClusterObject[];
}

/** What a rendition is validated against. */
export interface ValidationInputs {
  readonly known: KnownSchemas;
  /** What is below the output folders: a rendered file that is in it is updated. */
  readonly existing: OutputMap;
  /** Everything, or only whether changed objects can be updated. */
  readonly scope: 'everything' | 'updates';
}

/** Everything that the checks of one validation share. */
export interface Validation extends Rendition, ValidationInputs {
  readonly kinds: KnownKinds;
  /** For each different object the clusters that get it. */
  readonly distinct: ReadonlyMap<KubeObject, readonly ClusterObject[]>;
}

/** A validation that waits for the answers of the API server's own code. */
export interface PendingValidation {
  readonly requests: readonly CheckRequest[];
  /** What API servers would refuse, in the order of the sources. */
  finish(answers: CheckAnswers): readonly Diagnostic[];
}

/** Finds what API servers would refuse of a rendition, up to the questions that only their code can answer. */
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
