/**
 * Every decider this build can run: its own, and the earlier ones as they were frozen when they were in force. A frozen
 * version is one file of code, named by the digest of its bytes, and the weights it decided with, named by theirs; both
 * are compared with their names before they are used. See docs/decisions/0006-frozen-deciders.md.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import { gunzipSync } from 'node:zlib';
import type { ClassifierWeights } from '../domain/classify/weights.js';
import { deciderId } from '../domain/decider-id.js';
import { presentCode, type Decider, type DecidingCode } from '../domain/deciding-code.js';
import { loadClassifierWeights, weightsFile } from '../weights.js';

export const frozenFolder = new URL('./frozen/', import.meta.url);

export const digestOfBytes = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);

/** `decide-1.abc+weights` in its two parts. */
export function partsOf(decider: string): { readonly version: string; readonly weights: string } {
  const [code = '', weights = ''] = decider.split('+');
  return { version: code.replace(/^decide-/, ''), weights };
}

export class DeciderRegistry {
  readonly present: Decider;
  private readonly frozen: ReadonlyMap<string, FrozenCode>;
  private readonly codes = new Map<string, DecidingCode>();
  private readonly deciders = new Map<string, Decider | null>();

  constructor(private readonly folder: URL = frozenFolder, weights = loadClassifierWeights()) {
    this.present = { id: deciderId(weights.version), code: presentCode, weights };
    this.deciders.set(this.present.id, this.present);
    this.frozen = codeFilesIn(folder);
  }

  /** Whether code of this version can be run here. */
  has(version: string): boolean {
    return version === presentCode.version || this.frozen.has(version);
  }

  isFrozen(version: string): boolean {
    return this.frozen.has(version);
  }

  /** The versions that can be run here, this build's own first. */
  versions(): readonly string[] {
    return [presentCode.version, ...[...this.frozen.keys()].filter((version) => version !== presentCode.version).sort()];
  }

  /** Null when this build has no such code. @throws Error when a frozen file is not what its name says. */
  find(id: string): Decider | null {
    let decider = this.deciders.get(id);
    if (decider === undefined) this.deciders.set(id, (decider = this.opened(id)));
    return decider;
  }

  /** Each version with the weights it was frozen with, this build's own first. */
  all(): readonly Decider[] {
    const earlier = this.versions().slice(1);
    return [this.present, ...earlier.map((version) => this.find(`decide-${version}+${this.frozen.get(version)!.weights}`)!)];
  }

  /** The code of a version that `has` knows. */
  code(version: string): DecidingCode {
    return version === presentCode.version ? presentCode : this.frozenCode(version);
  }

  /** The same, from its frozen file, which the present version has too. */
  frozenCode(version: string): DecidingCode {
    let code = this.codes.get(version);
    if (!code) this.codes.set(version, (code = load(this.frozen.get(version)!.file)));
    return code;
  }

  private opened(id: string): Decider | null {
    const { version, weights } = partsOf(id);
    if (!this.has(version)) return null;
    const code = this.code(version);
    return { id, code, weights: this.weightsOf(code, weights) };
  }

  private weightsOf(code: DecidingCode, version: string): ClassifierWeights | null {
    // An earlier version reads the bytes its own way, also where they are those of this build.
    const file = this.present.weights!.version === version ? weightsFile : new URL(weightsFileOf(version), this.folder);
    if (!/^[0-9a-f]{16}$/.test(version) || !existsSync(file)) return null;
    const bytes = readFileSync(file);
    if (digestOfBytes(bytes) !== version) throw new Error(`the frozen weights ${version} are not what their name says`);
    return code.decodeWeights(bytes, version);
  }
}

export const weightsFileOf = (version: string): string => `weights-${version}.bin`;
/** @param weights content address of those it classified with when it was frozen. @param digest of its bytes. */
export const codeFileOf = (version: string, weights: string, digest: string): string => `decide-${version}.${weights}.${digest}.mjs.gz`;
const codeFile = /decide-(\d+\.[0-9a-f]{10})\.([0-9a-f]{16})\.([0-9a-f]{16})\.mjs\.gz$/;

interface FrozenCode {
  readonly file: URL;
  readonly weights: string;
}

function codeFilesIn(folder: URL): ReadonlyMap<string, FrozenCode> {
  const found = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(
    found.flatMap((file) => {
      const [, version, weights] = codeFile.exec(file) ?? [];
      return version === undefined ? [] : [[version, { file: new URL(file, folder), weights: weights! }] as const];
    }),
  );
}

/**
 * Only bytes that are what their name says are run. Compiled as a function that is named after its file, and not imported
 * from a data: URL, which would put the whole code into every line of a stack trace.
 */
function load(file: URL): DecidingCode {
  const bytes = gunzipSync(readFileSync(file));
  const [name, version, , digest] = codeFile.exec(file.pathname)!;
  if (digestOfBytes(bytes) !== digest) throw new Error(`the frozen decider ${version} is not what its name says`);
  const body = bytes.toString('utf8').replace(/export \{ presentCode as presentCode \};\s*$/, 'return presentCode;');
  const code = compileFunction(`'use strict';${body}`, [], { filename: name })() as DecidingCode;
  if (code.version !== version) throw new Error(`the frozen decider ${version} calls itself ${code.version}`);
  return code;
}
