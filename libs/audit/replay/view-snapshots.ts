/**
 * Snapshots on disk of what a replay knows, one every so many events, so that the view of any past position is folded
 * from the nearest one and not from the beginning. They are a convenience: losing them costs time and nothing else.
 */
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { presentCode, type DecidingCode } from '../../routing/domain/deciding-code.js';
import { ReplayState, type ReplayStateSnapshot } from '../domain/replay-state.js';

const compress = promisify(gzip);
const expand = promisify(gunzip);
/** Changes when the shape of a snapshot does: those of another shape are as good as lost. */
const shape = '2';
const fileOf = (position: bigint): string => `${position.toString().padStart(20, '0')}.json.gz`;

export class ViewSnapshots {
  private readonly folder: string;

  /** @param store identity of the log: the positions of another log mean nothing here. @param code whose fold it is: another version may fold otherwise. */
  constructor(
    dataDir: string,
    store: string,
    private readonly code: DecidingCode = presentCode,
  ) {
    this.folder = join(dataDir, 'snapshots', `views-${shape}-${code.version}-${store}`);
  }

  async save(snapshot: ReplayStateSnapshot): Promise<void> {
    const path = join(this.folder, fileOf(BigInt(snapshot.view.position)));
    const bytes = await compress(JSON.stringify(snapshot));
    await mkdir(this.folder, { recursive: true });
    await writeFile(`${path}.tmp`, bytes);
    await rename(`${path}.tmp`, path);
  }

  /** Positions of the snapshots, in order: each is that of an event. */
  async positions(): Promise<bigint[]> {
    const files = (await readdir(this.folder).catch(() => [])).filter((name) => name.endsWith('.json.gz')).sort();
    return files.map((name) => BigInt(name.slice(0, 20)));
  }

  /** The last snapshot at or before a position; an empty state when there is none. */
  async nearest(position: bigint): Promise<ReplayState> {
    const kept = (await this.positions()).findLast((at) => at <= position);
    if (kept === undefined) return new ReplayState(this.code.newView());
    try {
      const snapshot = JSON.parse((await expand(await readFile(join(this.folder, fileOf(kept))))).toString('utf8')) as ReplayStateSnapshot;
      return ReplayState.restored(snapshot, this.code.newView());
    } catch {
      return new ReplayState(this.code.newView());
    }
  }
}
