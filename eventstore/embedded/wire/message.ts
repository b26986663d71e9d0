/** One message of a call: a Buffer, or what is encoded only where it is to stand and spares a copy. */
export interface Message {
  readonly byteLength: number;
  /** Writes all of it at `start`; returns its length. */
  copy(target: Buffer, start: number): number;
}
