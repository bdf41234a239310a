import type { Diagnostic, Position, Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import type { FleetSettings } from '#model/fleet.ts';
import { fleetFile } from '#model/fleet-file.ts';
import { lockFile } from '#model/image-lock.ts';
import { maskedAddresses } from '#model/masked-addresses.ts';
import {
  type FetchFaults,
  fetchedFolder,
  type RemoteSource,
  remoteKey,
  type SourceLock,
} from '#model/remote-source.ts';
import { readSourceLock } from '../parse/lock.ts';

/** A remote source of templates, with its locked digest. */
export interface RequestedSource {
  readonly source: RemoteSource;
  /** The locked digest, `sha256:…`; absent if the lock lacks the source. */
  readonly digest?: string | undefined;
}

/** The object that refers to a source. Its name in messages is "the kustomization" or, say, "HelmRelease site/web". */
export interface Naming {
  readonly by: string;
  readonly at: Position;
}

/** The remote sources of a plan. It may use those that the lock pins and Regatta has fetched. */
export class Remotes {
  readonly #files: FileMap;
  readonly #faults: FetchFaults;
  readonly #lock: SourceLock;
  readonly #requested = new Map<string, RequestedSource>();
  readonly isAllowed: boolean;

  constructor(files: FileMap, { network }: Pick<FleetSettings, 'network'>, faults: FetchFaults) {
    this.#files = files;
    this.#faults = faults;
    this.isAllowed = network === 'Allow';
    this.#lock = this.isAllowed ? readSourceLock(files) : new Map();
  }

  /** Distinct sources that the plan has requested. */
  get requested(): readonly RequestedSource[] {
    return [...this.#requested.values()];
  }

  /** Returns the folder of a fetched source. Returns undefined and reports why if the source is not available. */
  folderOf(source: RemoteSource, naming: Naming, report: Report): string | undefined {
    const key = remoteKey(source);
    if (!this.isAllowed) {
      report(notYetAllowed(key, naming));
      return undefined;
    }
    const digest = this.#lock.get(key);
    this.#requested.set(key, { source, digest });
    if (digest === undefined) {
      report(notLocked(key, naming.at));
      return undefined;
    }
    const folder = fetchedFolder(source, digest);
    if (this.#files.keys().some((path) => path.startsWith(`${folder}/`))) return folder;
    report(this.#faultOf(key, digest, naming));
    return undefined;
  }

  #faultOf(key: string, locked: string, { by, at }: Naming): Diagnostic {
    const fault = this.#faults.get(key);
    if (fault === undefined || fault.type === 'failed') {
      const problem =
        fault === undefined ? 'was not fetched' : `cannot be fetched: ${fault.message}`;
      return {
        code: 'build/not-fetched',
        severity: 'error',
        message: `${by} uses ${key}, which ${problem}`,
        at,
        hint: 'check the address and, for a private source, the login (docs/templates.md); then run regatta lock',
      };
    }
    if (fault.type === 'former-format') {
      return {
        code: 'build/lock-format',
        severity: 'error',
        message: `${by} uses ${key}, whose digest in ${lockFile} has the format of an earlier Regatta`,
        at,
        hint: 'run regatta lock --update',
      };
    }
    return {
      code: 'build/changed',
      severity: 'error',
      message: `${by} uses ${key}, whose digest is ${fault.digest}, not ${locked} as in ${lockFile}`,
      at,
      hint: 'review what changed at the source; to accept the change, run regatta lock --update',
    };
  }
}

/** Returns the fault of an address that the settings do not allow or that Regatta cannot fetch. Masks passwords. */
export function notAllowed(address: string, { by, at }: Naming): Diagnostic {
  return {
    code: 'build/remote',
    severity: 'error',
    message: `${by} uses the remote source ${maskedAddresses(address)}`,
    at,
    hint: 'copy it into the repository and use its path there',
  };
}

/** Returns the fault of a source that Regatta could fetch if the settings allowed the network. */
function notYetAllowed(address: string, naming: Naming): Diagnostic {
  const diagnostic = notAllowed(address, naming);
  return { ...diagnostic, hint: `${diagnostic.hint}, or set network: Allow in ${fleetFile}` };
}

/** Returns the fault of a source that Regatta could fetch if the lock contained it. */
export function notLocked(key: string, at: Position): Diagnostic {
  return {
    code: 'build/not-locked',
    severity: 'error',
    message: `${maskedAddresses(key)} is not in ${lockFile}`,
    at,
    hint: `run regatta lock, then review and commit ${lockFile}`,
  };
}
