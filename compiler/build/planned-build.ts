import type { Locate } from '#model/source.ts';
import type { TemplateBuild } from '#model/template-build.ts';
import type { BuildOutput } from '../parse/documents.ts';

/** A build, and the clusters that its objects are for. */
export interface PlannedBuild {
  readonly build: TemplateBuild;
  /** Position of the kustomization, HelmRelease or chart that requests it. */
  readonly at: Locate;
  /** The release and its clusters; absent if the objects are for all clusters. */
  readonly producedBy?: BuildOutput;
  /** Whether the output includes hooks of installations and upgrades. */
  readonly keepsHooks?: boolean;
}
