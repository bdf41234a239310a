/** What kustomize and Helm are asked to make of a repository's files, and what came of it. */
import type { JsonObject } from './object.ts';

/** A run of kustomize over one directory. Plain data. */
export interface KustomizeBuild {
  readonly type: 'kustomize';
  /** Holds the kustomization.yaml; relative to the repository. */
  readonly directory: string;
  /** Folders whose files it is expected to read; relative to the repository, in order. */
  readonly folders: readonly string[];
  /** What was fetched, by the address that a kustomization has for it; absent when there is nothing. */
  readonly remotes?: Readonly<Record<string, KustomizeRemote>>;
}

/** Where the files of an address are. Paths are relative to the repository. */
export interface KustomizeRemote {
  /** The folder that the address means. */
  readonly path: string;
  /** The folder that holds all of its source. */
  readonly top: string;
  /** The address names one file of objects, for which the folder has a kustomization. */
  readonly isFile: boolean;
}

/** What the Kustomize engine says of a build. */
export interface KustomizeAnswer {
  /** Joined by `---` lines they are Kustomize's output. */
  readonly documents: readonly KustomizeDocument[];
  /** What went wrong, in Kustomize's words; empty when nothing did. */
  readonly error: string;
  /** Addresses for which there were no files, and the kustomizations that name them. */
  readonly unlocked: readonly { readonly address: string; readonly file: string }[];
  /** Kustomizations that have charts to render. */
  readonly helmCharts: readonly string[];
}

/** An object as Kustomize prints it. */
export interface KustomizeDocument {
  readonly text: string;
  /** Paths relative to the repository; '' for none. Null where Kustomize does not know. */
  readonly origin: {
    readonly path: string;
    /** The kustomization or the generator that makes the object. */
    readonly configuredIn: string;
  } | null;
}

/** A run of `helm template`. Plain data. */
export interface HelmBuild {
  readonly type: 'helm';
  /** Holds the Chart.yaml; relative to the repository. */
  readonly chart: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly includeCRDs: boolean;
  /** What goes before the chart's own values. */
  readonly values: JsonObject;
  /** `v1.33.1`; absent for the version that Helm assumes by default. */
  readonly kubeVersion?: string | undefined;
  /** Minor version of Kubernetes whose own APIs the chart sees; absent for those that Helm assumes by default. */
  readonly minor?: number | undefined;
  /** `group/version` and `group/version/Kind`, in order; the chart sees them besides. */
  readonly apiVersions: readonly string[];
  readonly skipSchemaValidation?: true;
  /** What random values are made from, in hexadecimal; absent where a chart may make up none. */
  readonly seed?: string;
}

export type TemplateBuild = KustomizeBuild | HelmBuild;

/** The output of a chart, in Helm's order: CRDs, objects, hooks. */
export interface RenderedChart {
  readonly documents: readonly ChartDocument[];
  /** Paths in the chart, to which the documents' lines refer by their index. */
  readonly templates: readonly string[];
}

/** One object of a chart, or a file of CRDs. */
export interface ChartDocument {
  /** What Helm writes above it: `web/templates/app.yaml`. */
  readonly source: string;
  /** Its template's path in the chart; of a packed chart inside it, the path of the package. */
  readonly path: string;
  readonly text: string;
  /** Its place among the documents that the template printed, from 0. */
  readonly index: number;
  /** Events such as `pre-install`; absent where the object is no hook. */
  readonly hook?: readonly string[];
  /** For each line of the text the index of a template and a line there, 1-based; absent where they were not asked for, or are not known. */
  readonly lines?: readonly number[];
}

/** A call, in a template, of a function that makes up a value. */
export interface RandomUse {
  /** Path in the chart; '' in a text that the chart passes to `tpl`. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  readonly function: string;
  /** It makes a private key or a certificate, which no seed may make. */
  readonly key: boolean;
  /** The chart value that replaces it, such as `auth.password`; absent where that is not known. */
  readonly value?: string;
}

/** What came of a build. */
export type BuildResult =
  | KustomizeResult
  /** It takes more than a build may. */
  | {
      readonly type: 'beyond';
      readonly fault: 'too-large' | 'too-slow' | 'too-deep' | 'crashed';
      readonly message: string;
    }
  /** Of a chart. */
  | ({ readonly type: 'rendered' } & RenderedChart)
  /** The chart makes up values, so that no two builds of it would be the same. */
  | { readonly type: 'random'; readonly uses: readonly RandomUse[] }
  /** The chart does not allow the version of Kubernetes. */
  | {
      readonly type: 'kube-version';
      /** As its Chart.yaml names it. */
      readonly chart: string;
      readonly range: string;
      readonly version: string;
    }
  /** The values do not match the schema that the chart has for them. */
  | { readonly type: 'schema'; readonly message: string }
  /** The chart has an error; the message is Helm's. */
  | { readonly type: 'failed'; readonly message: string };

/** Kustomize has come to an end, with objects or with an error. */
export interface KustomizeResult extends KustomizeAnswer {
  readonly type: 'kustomized';
  /** The files and folders that Kustomize read or looked for. */
  readonly reads: readonly string[];
}

/** Results by `buildKey`. */
export type BuildResults = ReadonlyMap<string, BuildResult>;

/** Tells builds apart: the same key, the same run over the same files of one repository. */
export function buildKey(build: TemplateBuild): string {
  return JSON.stringify(build);
}
