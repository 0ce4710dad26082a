const SLAB_BYTES = 256 * 1024;

/**
 * Bytes written one behind the other. What was taken is never touched again, because it may still be on its way to the
 * socket: writing goes on behind it, and in a new slab when this one is full.
 */
export class Slab {
  #bytes = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #from = 0;
  #to = 0;

  /** Bytes that were written and not taken. */
  get length(): number {
    return this.#to - this.#from;
  }

  /** Whether so many bytes can follow what was written. */
  fits(bytes: number): boolean {
    return this.#to + bytes <= this.#bytes.length;
  }

  /** Begins a new one, with room for so many bytes at least; all that was written must have been taken. */
  renew(bytes: number): void {
    this.#bytes = Buffer.allocUnsafeSlow(Math.max(SLAB_BYTES, bytes));
    this.#from = this.#to = 0;
  }

  text(text: string): void {
    const ascii = Buffer.byteLength(text) === text.length;
    this.#to += this.#bytes.write(text, this.#to, ascii ? 'latin1' : 'utf8');
  }

  bytes(bytes: Uint8Array): void {
    this.#bytes.set(bytes, this.#to);
    this.#to += bytes.length;
  }

  take(): Uint8Array {
    const taken = this.#bytes.subarray(this.#from, this.#to);
    this.#from = this.#to;
    return taken;
  }
}
