import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ProcessLimits } from '#io/child/limits.ts';
import { machineMemory } from '#io/memory-limit.ts';
import { parseDuration, parseMebibytes } from './shared.ts';

/** Options that limit a compile in a child process. */
export interface CompileLimitOptions {
  readonly compileMemory?: number | undefined;
  readonly compileTimeout?: number | undefined;
}

const mebibyte = 1024 ** 2;

/** The limits of a compile where the options set none. */
const standard: ProcessLimits = { bytes: 1024 * mebibyte, ms: 5 * 60_000 };

/** The largest part of the memory of the container or machine that a compile may use. */
const share = 0.6;

/**
 * Adds the limits of a compile to a command.
 *
 * @param standards - the words for both limits where the options set none
 */
export function addCompileLimits(
  command: Command,
  standards: { readonly memory: string; readonly timeout: string },
): Command {
  return command
    .addOption(
      new Option(
        '--compile-memory <mebibytes>',
        `maximum memory of a compile, in MiB (default: ${standards.memory})`,
      ).argParser(parseMemory),
    )
    .addOption(
      new Option(
        '--compile-timeout <duration>',
        `maximum duration of a compile (default: ${standards.timeout})`,
      ).argParser(parseDuration),
    );
}

/**
 * Returns the limits of a compile: those of the options, or else the standard ones.
 *
 * @param memory - memory of the container or machine, in bytes
 */
export function compileLimits(
  { compileMemory, compileTimeout }: CompileLimitOptions,
  memory: number = machineMemory(),
): ProcessLimits {
  const bytes = Math.min(standard.bytes, largest(memory));
  return { bytes: compileMemory ?? bytes, ms: compileTimeout ?? standard.ms };
}

/** Reports whether the options set a limit. */
export function limitsCompile({ compileMemory, compileTimeout }: CompileLimitOptions): boolean {
  return compileMemory !== undefined || compileTimeout !== undefined;
}

function parseMemory(text: string): number {
  const bytes = parseMebibytes(text);
  const most = largest(machineMemory());
  if (bytes <= most) return bytes;
  throw new InvalidArgumentError(
    `expected at most ${most / mebibyte}, which is ${share * 100} % of the memory of this container or machine`,
  );
}

/** Returns the largest limit that leaves memory to other processes, in whole MiB. */
function largest(memory: number): number {
  return Math.floor((memory * share) / mebibyte) * mebibyte;
}
