/** Builds by the Kustomize and Helm engines, and their results. */
import type { JsonObject } from './object.ts';

/** A Kustomize build of one directory. Plain data. */
export interface KustomizeBuild {
  readonly type: 'kustomize';
  /** Directory of the kustomization.yaml, relative to the repository. */
  readonly directory: string;
  /** Folders whose files the build may read, relative to the repository, in order. */
  readonly folders: readonly string[];
  /** Fetched sources by their address in the kustomization; absent when there are none. */
  readonly remotes?: Readonly<Record<string, KustomizeRemote>>;
  /** Kustomizations with paths through links, by file, with the paths of the targets instead; absent if no path leads through a link. */
  readonly unlinked?: Readonly<Record<string, string>>;
}

/** Location of the fetched files of an address. Paths are relative to the repository. */
export interface KustomizeRemote {
  /** The folder that the address names. */
  readonly path: string;
  /** The folder of the whole source. */
  readonly top: string;
  /** The address names a file of objects, and the folder has a generated kustomization for it. */
  readonly isFile: boolean;
}

/** Answer of the Kustomize engine. */
export interface KustomizeAnswer {
  /** Kustomize's output, split at `---` lines. */
  readonly documents: readonly KustomizeDocument[];
  /** Kustomize's error message; '' on success. */
  readonly error: string;
  /** Addresses without fetched files, with the kustomizations that name them. */
  readonly unlocked: readonly { readonly address: string; readonly file: string }[];
  /** Kustomizations with charts to render. */
  readonly helmCharts: readonly string[];
}

/** An object in Kustomize's output. */
export interface KustomizeDocument {
  readonly text: string;
  /** Paths relative to the repository; '' for none. Null when Kustomize does not know the origin. */
  readonly origin: {
    readonly path: string;
    /** The kustomization or generator that creates the object. */
    readonly configuredIn: string;
  } | null;
}

/** A chart rendered as by `helm template`. Plain data. */
export interface HelmBuild {
  readonly type: 'helm';
  /** Folder of the Chart.yaml, relative to the repository. */
  readonly chart: string;
  readonly releaseName: string;
  readonly namespace: string;
  readonly includeCRDs: boolean;
  /** Values that override those of the chart. */
  readonly values: JsonObject;
  /** Version of Kubernetes, such as `v1.33.1`; absent means Helm's default version. */
  readonly kubeVersion?: string | undefined;
  /** Minor version of Kubernetes whose built-in APIs the chart sees; absent means Helm's default. */
  readonly minor?: number | undefined;
  /** Additional APIs that the chart sees, `group/version` and `group/version/Kind`, in order. */
  readonly apiVersions: readonly string[];
  readonly skipSchemaValidation?: true;
  /** Seed of random values, in hexadecimal; absent means that random values are an error. */
  readonly seed?: string;
}

/** A build of templates by an engine. */
export type TemplateBuild = KustomizeBuild | HelmBuild;

/** The output of a chart, in Helm's order: CRDs, objects, hooks. */
export interface RenderedChart {
  readonly documents: readonly ChartDocument[];
  /** Paths in the chart; `lines` of the documents refer to them by index. */
  readonly templates: readonly string[];
}

/** One object of a chart, or a file of CRDs. */
export interface ChartDocument {
  /** Helm's source comment, such as `web/templates/app.yaml`. */
  readonly source: string;
  /** Path of the template in the chart; for a packaged subchart, the path of the package. */
  readonly path: string;
  readonly text: string;
  /** 0-based index among the documents that the template printed. */
  readonly index: number;
  /** Hook events such as `pre-install`; absent when the object is not a hook. */
  readonly hook?: readonly string[];
  /** For each line of the text, the index of a template and a 1-based line in it; absent when unknown. */
  readonly lines?: readonly number[];
}

/** A call, in a template, of a function that generates a random value. */
export interface RandomUse {
  /** Path in the chart; '' for a text that the chart passes to `tpl`. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  readonly function: string;
  /** The function generates a private key or certificate, which must not come from a seed. */
  readonly key: boolean;
  /** The chart value that replaces the random one, such as `auth.password`; absent when unknown. */
  readonly value?: string;
}

/** Result of a build. */
export type BuildResult =
  | KustomizeResult
  /** The build exceeds a limit, or its engine crashed. */
  | {
      readonly type: 'beyond';
      readonly fault: 'too-large' | 'too-slow' | 'too-deep' | 'crashed';
      readonly message: string;
    }
  /** The engine rendered the chart. */
  | ({ readonly type: 'rendered' } & RenderedChart)
  /** The chart generates random values, so that no two builds would be equal. */
  | { readonly type: 'random'; readonly uses: readonly RandomUse[] }
  /** The chart does not support the version of Kubernetes. */
  | {
      readonly type: 'kube-version';
      /** Name in Chart.yaml. */
      readonly chart: string;
      readonly range: string;
      readonly version: string;
    }
  /** The values do not match the chart's schema. */
  | { readonly type: 'schema'; readonly message: string }
  /** The chart has an error. The message is Helm's. */
  | { readonly type: 'failed'; readonly message: string };

/** Kustomize finished, with objects or with an error. */
export interface KustomizeResult extends KustomizeAnswer {
  readonly type: 'kustomized';
  /** The files and folders that Kustomize read or tried to read. */
  readonly reads: readonly string[];
}

/** Results by `buildKey`. */
export type BuildResults = ReadonlyMap<string, BuildResult>;

/** Returns a key that identifies a build within one repository. */
export function buildKey(build: TemplateBuild): string {
  return JSON.stringify(build);
}
