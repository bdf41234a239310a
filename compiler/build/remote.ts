import type { Diagnostic, Position, Report } from '#model/diagnostic.ts';
import type { FileMap } from '#model/files.ts';
import { type FleetSettings, fleetFile } from '#model/fleet.ts';
import { lockFile } from '#model/image-lock.ts';
import {
  type FetchFaults,
  fetchedFolder,
  type RemoteSource,
  remoteKey,
  type SourceLock,
} from '#model/remote-source.ts';
import { readSourceLock } from '../parse/lock.ts';

/** A source that templates name, and what the lock says that it is. */
export interface WantedSource {
  readonly source: RemoteSource;
  /** `sha256:…`; absent where the lock has none. */
  readonly digest?: string | undefined;
}

/** Who names a source: "the kustomization", "HelmRelease site/web". */
export interface Naming {
  readonly by: string;
  readonly at: Position;
}

/** What of the network a plan may use: what is locked, and has been fetched. */
export class Remotes {
  readonly #files: FileMap;
  readonly #faults: FetchFaults;
  readonly #lock: SourceLock;
  readonly #wanted = new Map<string, WantedSource>();
  readonly isAllowed: boolean;

  constructor(files: FileMap, { network }: Pick<FleetSettings, 'network'>, faults: FetchFaults) {
    this.#files = files;
    this.#faults = faults;
    this.isAllowed = network === 'Allow';
    this.#lock = this.isAllowed ? readSourceLock(files) : new Map();
  }

  /** All that was asked for, each once. */
  get wanted(): readonly WantedSource[] {
    return [...this.#wanted.values()];
  }

  /** The folder that a source's files are in; undefined where it isn't there, which is reported. */
  folderOf(source: RemoteSource, naming: Naming, report: Report): string | undefined {
    const key = remoteKey(source);
    if (!this.isAllowed) {
      report(notYetAllowed(key, naming));
      return undefined;
    }
    const digest = this.#lock.get(key);
    this.#wanted.set(key, { source, digest });
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
    const fault = this.#faults.get(key) ?? { type: 'failed', message: 'nobody has tried to' };
    if (fault.type === 'failed') {
      return {
        code: 'build/not-fetched',
        severity: 'error',
        message: `${by} takes ${key} from the network, which cannot be fetched: ${fault.message}`,
        at,
      };
    }
    if (fault.type === 'former-format') {
      return {
        code: 'build/lock-format',
        severity: 'error',
        message: `${by} takes ${key} from the network, whose digest in ${lockFile} has the format of an earlier Regatta`,
        at,
        hint: 'run regatta lock --update',
      };
    }
    return {
      code: 'build/changed',
      severity: 'error',
      message: `${by} takes ${key} from the network, where it is ${fault.digest} now, and no longer ${locked}`,
      at,
      hint: `look at what has changed there; to take it, run regatta lock --update, which changes ${lockFile}`,
    };
  }
}

/** For an address that is refused, or cannot be fetched. Passwords in it are not told. */
export function notAllowed(address: string, { by, at }: Naming): Diagnostic {
  return {
    code: 'build/remote',
    severity: 'error',
    message: `${by} takes ${withoutPassword(address)} from the network`,
    at,
    hint: 'copy it into the repository, and name it by its path there',
  };
}

/** The same, of what could be fetched if that were allowed. */
function notYetAllowed(address: string, naming: Naming): Diagnostic {
  const diagnostic = notAllowed(address, naming);
  return { ...diagnostic, hint: `${diagnostic.hint}; or say network: Allow in ${fleetFile}` };
}

/** For what could be fetched if the lock said what it is. */
export function notLocked(key: string, at: Position): Diagnostic {
  return {
    code: 'build/not-locked',
    severity: 'error',
    message: `${withoutPassword(key)} is not in ${lockFile}`,
    at,
    hint: 'run regatta lock, look at what it has added, and commit it',
  };
}

function withoutPassword(address: string): string {
  return address.replace(/\/\/[^/@]*@/, '//***@');
}
