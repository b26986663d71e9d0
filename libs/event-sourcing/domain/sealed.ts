/** Encrypted text inside an event: AES-256-GCM under a data key that can be destroyed. */
export interface Sealed {
  /** Which data key: one per organization, or per organization and subject. */
  readonly keyId: string;
  /** 12 bytes, base64. */
  readonly iv: string;
  /** Ciphertext followed by the 16-byte tag, base64. */
  readonly text: string;
}
