import type { ClusterObject } from '#model/binding.ts';
import type { Report } from '#model/diagnostic.ts';
import type { OutputMap } from '#model/files.ts';
import type { KubeObject } from '#model/object.ts';
import type { KnownSchemas } from '#model/schema.ts';
import type { Decisions } from '../decide.ts';
import { kindsIn, type RepositoryKinds } from './definitions.ts';
import { Findings } from './findings.ts';
import { reportForms } from './forms.ts';
import { reportImmutable } from './immutable.ts';
import { reportUndefined } from './kinds.ts';
import { reportNamespaces } from './namespaces.ts';
import { reportUnserved } from './served-by.ts';
import { Validators } from './validators.ts';

/** What was rendered, and all that it is held against. */
export interface Rendition {
  readonly decisions: Decisions;
  readonly objects: readonly ClusterObject[];
  /** What is below the output folders; of rendered files that are not in it nothing is compared. */
  readonly existing: OutputMap;
}

/** Looks whether API servers will take what was rendered for them. */
export type Validate = (rendition: Rendition, report: Report) => void;

/** Everything that the checks of one validation share. */
export interface Validation extends Rendition {
  readonly known: KnownSchemas;
  readonly validators: Validators;
  readonly kinds: RepositoryKinds;
  /** For each different object the clusters that get it, as rendered. */
  readonly distinct: ReadonlyMap<KubeObject, readonly ClusterObject[]>;
}

/** A validation by the schemas that come with Regatta, and those that the repository holds. */
export function createValidation(known: KnownSchemas): Validate {
  const validators = new Validators(known);
  return (rendition, report) => {
    const distinct = Map.groupBy(rendition.objects, ({ object }) => object);
    const kinds = kindsIn(rendition.objects);
    const validation = { ...rendition, known, validators, kinds, distinct };
    const findings = new Findings(rendition.decisions);
    reportForms(validation, findings);
    reportUnserved(validation, findings);
    reportUndefined(validation, findings);
    reportNamespaces(validation, findings);
    reportImmutable(validation, findings);
    findings.report(report);
  };
}
