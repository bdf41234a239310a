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
  /** `v1.33.1`; absent for what Helm takes by itself. */
  readonly kubeVersion?: string | undefined;
  /** `group/version` and `group/version/Kind`, in order. */
  readonly apiVersions: readonly string[];
}

export type TemplateBuild = KustomizeBuild | HelmBuild;

/** What came of a build. */
export type BuildResult =
  | { readonly type: 'built'; readonly text: string }
  | KustomizeResult
  /** It takes more than a build may. */
  | {
      readonly type: 'beyond';
      readonly fault: 'too-large' | 'too-slow' | 'too-deep' | 'crashed';
      readonly message: string;
    }
  /** What the program said, without paths of this machine. */
  | { readonly type: 'failed'; readonly message: string }
  /** None of these programs is there. */
  | { readonly type: 'missing'; readonly programs: readonly string[] }
  | { readonly type: 'too-old'; readonly program: string; readonly version: string }
  /** Built twice from the same files, it came out in two ways. */
  | {
      readonly type: 'varies';
      /** What is on the first line that differs, but for its value, which may be secret. */
      readonly field: string;
      /** The template that Helm names above that line; '' of kustomize. */
      readonly source: string;
    };

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

/** What is asked for at least: what older ones do not know is relied on. */
export const leastVersions: Readonly<Record<string, string>> = {
  helm: '3.14.0',
};

/** Whether a version, such as `v1.35.2`, is at least another. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(least)];
  const index = a.findIndex((number, at) => number !== b[at]);
  return index < 0 || (a[index] ?? 0) > (b[index] ?? 0);
}

function numbersOf(version: string): readonly number[] {
  const [, ...parts] = /(\d+)\.(\d+)\.(\d+)/.exec(version) ?? [];
  return [0, 1, 2].map((index) => Number(parts[index] ?? 0));
}
