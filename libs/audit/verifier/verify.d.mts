/** Types of the offline verifier, for the code that builds what it checks. */
export interface HashedEvent {
  readonly stream: string;
  readonly revision: bigint | number | string;
  readonly type: string;
  readonly id: string;
  readonly metadata: Uint8Array;
  readonly data: Uint8Array;
}
export interface VerifierKey {
  readonly name: string;
  /** Eight hexadecimal digits. */
  readonly hash: string;
  readonly key: Buffer;
  readonly text: string;
}
export interface TreeHead {
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly signers: readonly VerifierKey[];
}
export interface InclusionProof {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}
export interface ConsistencyProof {
  readonly from: number;
  readonly to: number;
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
  readonly path: readonly Uint8Array[];
}
export const emptyRoot: Buffer;
export function leafData(event: HashedEvent): Buffer;
export function leafHash(data: Uint8Array): Buffer;
export function eventHash(event: HashedEvent): Buffer;
export function changedByte(event: HashedEvent, recorded: Uint8Array): string | null;
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer;
export function verifyInclusion(proof: InclusionProof): boolean;
export function verifyConsistency(proof: ConsistencyProof): boolean;
export function parseKey(text: string): VerifierKey | null;
export function keyHash(name: string, key: Uint8Array): Buffer;
export function readTreeHead(note: string, keys: readonly VerifierKey[]): TreeHead | null;
export function whyForged(note: string, keys: readonly VerifierKey[]): string;
export function trustedKeys(keys: readonly VerifierKey[], trusted: readonly VerifierKey[], notes: readonly string[]): VerifierKey[];
export function readArchive(bytes: Uint8Array): Map<string, Uint8Array>;
export function verifyBundle(files: ReadonlyMap<string, Uint8Array>, options?: { keys?: readonly VerifierKey[]; heads?: readonly string[] }): string[];
