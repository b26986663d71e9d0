/** The root of a tree that only grows, in a logarithm of memory: the hashes of its whole subtrees, the largest first. */
import { emptyRoot, nodeHash } from '../verifier/verify.mjs';

export class CompactTree {
  private readonly peaks: Buffer[] = [];
  private count = 0;

  get size(): number {
    return this.count;
  }

  add(leaf: Buffer): void {
    let hash = leaf;
    for (let n = this.count; n % 2 === 1; n = Math.floor(n / 2)) hash = nodeHash(this.peaks.pop()!, hash);
    this.peaks.push(hash);
    this.count += 1;
  }

  /** MTH of RFC 6962. */
  root(): Buffer {
    return this.count === 0 ? emptyRoot : this.peaks.reduceRight((right, left) => nodeHash(left, right));
  }
}
