/** config.karmada.io/v1alpha1 ResourceInterpreterCustomization, in Karmada's fields. */
import type { KubeObject } from './object.ts';

export interface Customization {
  /** Lua 5.1; absent or '' means no script. */
  readonly luaScript?: string | undefined;
}

/** Scripts that interpret a kind. The last four read the live status of objects in clusters. */
export interface CustomizationRules {
  readonly replicaResource?: Customization | undefined;
  readonly replicaRevision?: Customization | undefined;
  readonly dependencyInterpretation?: Customization | undefined;
  readonly componentResource?: Customization | undefined;
  readonly retention?: Customization | undefined;
  readonly statusReflection?: Customization | undefined;
  readonly statusAggregation?: Customization | undefined;
  readonly healthInterpretation?: Customization | undefined;
}

export interface ResourceInterpreterCustomization extends KubeObject {
  readonly kind: 'ResourceInterpreterCustomization';
  readonly spec: {
    readonly target: { readonly apiVersion: string; readonly kind: string };
    readonly customizations: CustomizationRules;
  };
}
