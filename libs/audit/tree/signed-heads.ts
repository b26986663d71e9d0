/** The tree heads of a log, its own and those that were kept outside, against what the log and its tree come to. */
import type { EventLog } from '../../event-sourcing/event-log.js';
import { treeHeadStream, type TreeHeadKeyRotated, type TreeHeadSigned } from '../domain/tree-head.js';
import { parseKey, readTreeHead, trustedKeys, whyForged } from '../verifier/verify.mjs';

interface SignedHead {
  readonly size: number;
  readonly root: Buffer;
  /** It was kept outside the system, and handed in. */
  readonly held: boolean;
  /** Whether the events of the log come to this root; null until they are read that far. */
  log: boolean | null;
  /** Whether the leaves that the tree recorded do. */
  tree: boolean | null;
}

export class SignedHeads {
  private constructor(
    private readonly bySize: ReadonlyMap<number, readonly SignedHead[]>,
    /** Heads that the log itself holds. */
    readonly count: number,
    private readonly findings: readonly string[],
  ) {}

  /** A key is trusted when it is the log's first, or when a head that a trusted key signed hands over to it. */
  static async of(log: EventLog, heldNotes: readonly string[]): Promise<SignedHeads> {
    const { signed, keys: texts, unreadable } = await recordedIn(log);
    const keys = texts.flatMap((key) => parseKey(key) ?? []);
    const trusted = trustedKeys(keys, keys.slice(0, 1), signed.map(({ note }) => note));
    const findings = [...unreadable];
    const heads: SignedHead[] = [];
    const read = (note: string, name: string, held: boolean, recorded?: TreeHeadSigned) => {
      const head = readTreeHead(note, trusted);
      if (!head || head.signers.length === 0) findings.push(`${name} ${whyForged(note, trusted)}`);
      else {
        if (recorded && (recorded.size !== head.size || recorded.rootHash !== head.root.toString('base64'))) findings.push(`${name} is recorded as one of ${recorded.size} events with root ${recorded.rootHash}; its signed note says otherwise`);
        heads.push({ size: head.size, root: head.root, held, log: null, tree: null });
      }
    };
    for (const [i, recorded] of signed.entries()) read(recorded.note, `tree head ${i} of the log`, false, recorded);
    for (const note of heldNotes) read(note, 'a tree head that was handed in', true);
    const bySize = new Map<number, SignedHead[]>();
    for (const head of heads) bySize.set(head.size, [...(bySize.get(head.size) ?? []), head]);
    return new SignedHeads(bySize, signed.length, [...findings, ...splitViews(bySize)]);
  }

  /** To be told at every size of the log and of the recorded tree. @param root is asked for only where a head was signed. */
  reached(side: 'log' | 'tree', size: number, root: () => Buffer): void {
    const heads = this.bySize.get(size);
    if (!heads) return;
    const found = root();
    for (const head of heads) head[side] = head.root.equals(found);
  }

  /** Which side the signed heads over the event at a place speak for: null when they cannot tell. */
  sideAt(place: number): 'log' | 'tree' | null {
    const over = this.all().filter(({ size, log, tree }) => size > place && (log !== null || tree !== null));
    if (over.some(({ tree }) => tree)) return 'tree';
    return over.some(({ log }) => log) ? 'log' : null;
  }

  /** What is wrong with the heads themselves. @param events in the log. */
  verdict(events: number): string[] {
    const heads = this.all().sort((a, b) => a.size - b.size);
    const fits = ({ log, tree }: SignedHead) => log === true || tree === true;
    const strangers = heads.filter((head) => head.size > 0 && !fits(head));
    const lastFitting = heads.findLast(fits)?.size ?? 0;
    const found = [...this.findings];
    for (const { size, held } of strangers.filter((head) => head.size <= lastFitting)) {
      found.push(`${named(size, held)} has another root than the log, and the later head of ${lastFitting} events fits it: two histories were signed (a split view)`);
    }
    const [first] = strangers.filter((head) => head.size > lastFitting && head.log !== null);
    if (first) found.push(`the first ${first.size} events are not those of ${named(first.size, first.held)}${lastFitting > 0 ? `; those of the head of ${lastFitting} are` : ''}: log and tree were rewritten together, or two histories were signed (a split view)`);
    for (const { size, held } of strangers) if (size > events) found.push(`${named(size, held)} was signed, and the log has ${events} events: its end was cut off`);
    return found;
  }

  private all(): SignedHead[] {
    return [...this.bySize.values()].flat();
  }
}

const named = (size: number, held: boolean): string => `the head of ${size} events${held ? ' that was handed in' : ''}`;

function* splitViews(bySize: ReadonlyMap<number, readonly SignedHead[]>): Generator<string> {
  for (const [size, [first, ...others]] of bySize) {
    if (others.some(({ root }) => !root.equals(first!.root))) yield `two different heads of ${size} events were signed (a split view)`;
  }
}

/** From the bytes, so that one event that cannot be read does not hide the others. */
async function recordedIn(log: EventLog): Promise<{ signed: TreeHeadSigned[]; keys: string[]; unreadable: string[] }> {
  const [signed, keys, unreadable]: [TreeHeadSigned[], string[], string[]] = [[], [], []];
  for await (const { type, data, revision } of log.readStoredStream(treeHeadStream)) {
    const read = parsed(data);
    if (read === null) unreadable.push(`the event of revision ${revision} of ${treeHeadStream} cannot be read`);
    else if (type === 'TreeHeadSigned') signed.push(read as TreeHeadSigned);
    else if (type === 'TreeHeadKeyRotated') keys.push((read as TreeHeadKeyRotated).key);
  }
  return { signed, keys, unreadable };
}

function parsed(data: Uint8Array): object | null {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8')) as object;
  } catch {
    return null;
  }
}
