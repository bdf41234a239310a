import type { Locate } from '#model/source.ts';
import type { TemplateBuild } from '#model/template-build.ts';
import type { Made } from '../parse/documents.ts';

/** A build, with its origin and its audience. */
export interface PlannedBuild {
  readonly build: TemplateBuild;
  /** Position of the kustomization, HelmRelease or chart that requests it. */
  readonly at: Locate;
  /** Absent when its objects are for all clusters. */
  readonly made?: Made;
}
