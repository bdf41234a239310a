import type { EngineFault } from './call.ts';
import { EngineExit } from './host.ts';

/** Why an engine ended, with its last message. */
export interface EngineEnd {
  readonly fault: EngineFault;
  readonly detail: string;
}

/** Classifies an error of an instance. */
export function faultFrom(error: unknown): EngineEnd {
  if (error instanceof EngineExit) {
    const detail = firstWords(error.stderr) || error.message;
    return { fault: faultNamed(error.stderr), detail };
  }
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { fault: error instanceof RangeError ? rangeFault(error) : 'crashed', detail };
}

/** Classifies the last message of Go's runtime. */
function faultNamed(stderr: string): EngineFault {
  if (/^(fatal error|runtime): .*(out of memory|cannot allocate)/m.test(stderr)) return 'too-large';
  return /stack overflow|goroutine stack exceeds/.test(stderr) ? 'too-deep' : 'crashed';
}

/** Distinguishes a full stack from a failed allocation; V8 reports both as RangeError. */
function rangeFault({ message }: RangeError): EngineFault {
  return message.includes('call stack') ? 'too-deep' : 'too-large';
}

function firstWords(stderr: string): string {
  return stderr.trim().split('\n', 1)[0]?.slice(0, 300) ?? '';
}
