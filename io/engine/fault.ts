import type { EngineFault } from './call.ts';
import { EngineExit } from './host.ts';

/** Why an engine ended, and what it said last. */
export interface EngineEnd {
  readonly fault: EngineFault;
  readonly detail: string;
}

/** What an error that came out of an instance says about the request. */
export function faultFrom(error: unknown): EngineEnd {
  if (error instanceof EngineExit) {
    const detail = firstWords(error.stderr) || error.message;
    return { fault: faultNamed(error.stderr), detail };
  }
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { fault: error instanceof RangeError ? rangeFault(error) : 'crashed', detail };
}

/** The words of Go's runtime when it gives up. */
function faultNamed(stderr: string): EngineFault {
  if (/^(fatal error|runtime): .*(out of memory|cannot allocate)/m.test(stderr)) return 'too-large';
  return /stack overflow|goroutine stack exceeds/.test(stderr) ? 'too-deep' : 'crashed';
}

/** V8 has one class of errors for a full stack and for memory that it cannot get. */
function rangeFault({ message }: RangeError): EngineFault {
  return message.includes('call stack') ? 'too-deep' : 'too-large';
}

function firstWords(stderr: string): string {
  return stderr.trim().split('\n', 1)[0]?.slice(0, 300) ?? '';
}
