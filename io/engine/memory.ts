/** Access of the host's functions to the memory of a WebAssembly instance. */
export class EngineMemory {
  #memory: WebAssembly.Memory | undefined;

  /** Sets the memory of a started instance. Before, every access is an error. */
  attach(memory: WebAssembly.Memory): void {
    this.#memory = memory;
  }

  /** A view of `length` bytes; it is valid until the memory grows. */
  bytes(at: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#buffer, at, length);
  }

  readUint32(at: number): number {
    return new DataView(this.#buffer).getUint32(at, true);
  }

  writeUint32(at: number, value: number): void {
    new DataView(this.#buffer).setUint32(at, value, true);
  }

  writeUint64(at: number, value: bigint): void {
    new DataView(this.#buffer).setBigUint64(at, value, true);
  }

  get #buffer(): ArrayBuffer {
    if (this.#memory === undefined) throw new Error('the engine has not started');
    return this.#memory.buffer;
  }
}
