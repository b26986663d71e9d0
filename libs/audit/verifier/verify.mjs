#!/usr/bin/env node
/**
 * The verifier of GreatRouter's audit: one file, no dependencies, no network. An auditor keeps it, and the tree heads
 * they were given, and runs:  node verify.mjs <bundle.tar.gz> [--key <verifier key>]... [--head <note file>]...
 *
 * Hashes are those of RFC 6962 (SHA-256, 0x00 before a leaf, 0x01 before a node); the checks are the algorithms of
 * RFC 9162 sections 2.1.3.2 and 2.1.4.2; tree heads are C2SP tlog-checkpoint notes signed with Ed25519.
 */
import crypto, { createHash, createPublicKey, verify as verifySignature } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { realpathSync } from 'node:fs';

// In one call where Node.js has it (20.12): a proof is hundreds of hashes, and an object for each keeps the collector busy.
const oneShot = crypto.hash ?? ((algorithm, data) => createHash(algorithm).update(data).digest());
const sha256 = (...parts) => oneShot('sha256', Buffer.concat(parts), 'buffer');
const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);

/** The leaf prefix, and the part that says what is hashed and how. */
const leafStart = withPrefix('greatrouter-event-v1');
/** In the order in which they follow. */
const hashedParts = ['stream', 'revision', 'type', 'id', 'metadata', 'data'];

function withPrefix(format) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(format.length);
  return Buffer.concat([leafPrefix, length, Buffer.from(format)]);
}

/** The leaf prefix and the bytes that an event is hashed as: each part after its length, so that no boundary can be shifted. */
function leafBytes({ stream, revision, type, id, metadata, data }) {
  const texts = [stream, String(revision), type, id];
  let length = leafStart.length + 8 + metadata.length + data.length;
  for (const text of texts) length += 4 + Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(length);
  let at = leafStart.copy(bytes);
  for (const text of texts) {
    const written = bytes.write(text, at + 4);
    at = bytes.writeUInt32BE(written, at) + written;
  }
  for (const part of [metadata, data]) {
    bytes.set(part, bytes.writeUInt32BE(part.length, at));
    at += 4 + part.length;
  }
  return bytes;
}

export const leafData = (event) => leafBytes(event).subarray(1);
export const leafHash = (data) => sha256(leafPrefix, data);
/** leafHash(leafData(event)), without the copy between them. */
export const eventHash = (event) => oneShot('sha256', leafBytes(event), 'buffer');
const node = Buffer.alloc(65, nodePrefix);
/** Of two hashes; both are copied into one buffer, which is read before anyone writes it again. */
export function nodeHash(left, right) {
  if (left.length !== 32 || right.length !== 32) return sha256(nodePrefix, left, right);
  node.set(left, 1);
  node.set(right, 33);
  return oneShot('sha256', node, 'buffer');
}
export const emptyRoot = createHash('sha256').digest();

/** Above this length only flipped bits are tried: every value of every byte would take minutes. */
const searchedBytes = 4_096;

/**
 * Where an event was changed, when one byte was: a single value of a single byte gives back the hash that was recorded.
 * @returns the end of a sentence, such as `byte 12 of its data is 0x31 and was 0x30 (field cost)`; null when more was changed.
 */
export function changedByte(event, recorded) {
  const bytes = leafBytes(event);
  let at = leafStart.length;
  for (const part of hashedParts) {
    const from = at + 4;
    at = from + bytes.readUInt32BE(at);
    for (let i = from; i < at; i += 1) {
      const is = bytes[i];
      const was = valuesNear(is, bytes.length).find((value) => {
        bytes[i] = value;
        return oneShot('sha256', bytes, 'buffer').equals(recorded);
      });
      if (was !== undefined) return `byte ${i - from} of its ${part} is ${hex(is)} and was ${hex(was)}${fieldAt(bytes.subarray(from, i), part)}`;
      bytes[i] = is;
    }
  }
  return null;
}

const hex = (byte) => `0x${byte.toString(16).padStart(2, '0')}`;
const valuesNear = (byte, length) =>
  length > searchedBytes ? Array.from({ length: 8 }, (_, bit) => byte ^ (1 << bit)) : Array.from({ length: 255 }, (_, i) => byte ^ (i + 1));

/** @param before the JSON up to a byte. */
function fieldAt(before, part) {
  if (part !== 'data' && part !== 'metadata') return '';
  const path = [];
  for (const [token] of before.toString('utf8').matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[[\]{},]/g)) {
    if (token === '{') path.push('');
    else if (token === '[') path.push(0);
    else if (token === '}' || token === ']') path.pop();
    else if (token.endsWith(':')) path[path.length - 1] = JSON.parse(token.slice(0, -1));
    else if (token === ',' && typeof path.at(-1) === 'number') path[path.length - 1] += 1;
  }
  return path.length === 0 ? '' : ` (field ${path.join('.')})`;
}

const isHash = (value) => value instanceof Uint8Array && value.length === 32;
const isSize = (value) => Number.isSafeInteger(value) && value >= 0;
const half = (n) => Math.floor(n / 2);
const isOdd = (n) => n % 2 === 1;

/** Whether the leaf is the one at `index` of the tree of `size` leaves with this root. Anything malformed is false. */
export function verifyInclusion({ index, size, leaf, path, root }) {
  if (!isSize(index) || !isSize(size) || index >= size || !isHash(leaf) || !isHash(root) || !Array.isArray(path) || !path.every(isHash)) return false;
  let fn = index;
  let sn = size - 1;
  let hash = leaf;
  for (const sibling of path) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      hash = nodeHash(sibling, hash);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else hash = nodeHash(hash, sibling);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && Buffer.compare(hash, root) === 0;
}

/** Whether the tree of `to` leaves begins with the whole tree of `from` leaves. */
export function verifyConsistency({ from, to, fromRoot, toRoot, path }) {
  if (!isSize(from) || !isSize(to) || from > to || !isHash(fromRoot) || !isHash(toRoot) || !Array.isArray(path) || !path.every(isHash)) return false;
  if (from === to) return path.length === 0 && Buffer.compare(fromRoot, toRoot) === 0;
  if (from === 0) return path.length === 0 && Buffer.compare(fromRoot, emptyRoot) === 0;
  const proof = isPowerOfTwo(from) ? [fromRoot, ...path] : path;
  if (proof.length === 0) return false;
  let fn = from - 1;
  let sn = to - 1;
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [first, second] = [proof[0], proof[0]];
  for (const hash of proof.slice(1)) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      first = nodeHash(hash, first);
      second = nodeHash(hash, second);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else second = nodeHash(second, hash);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && Buffer.compare(first, fromRoot) === 0 && Buffer.compare(second, toRoot) === 0;
}

const isPowerOfTwo = (n) => 2 ** Math.round(Math.log2(n)) === n;

/** Reads `name+hash+base64(0x01 ∥ public key)`. Null when it is none, or its hash is not that of its key. */
export function parseKey(text) {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})$/.exec(text.trim());
  if (!match) return null;
  const [, name, hash, encoded] = match;
  const key = Buffer.from(encoded, 'base64');
  if (key.length !== 33 || key[0] !== 1 || key.toString('base64') !== encoded) return null;
  if (keyHash(name, key).toString('hex') !== hash) return null;
  return { name, hash, key: key.subarray(1), text: text.trim() };
}

/** @param key 0x01 (Ed25519) and the public key. */
export const keyHash = (name, key) => sha256(Buffer.from(`${name}\n`), key).subarray(0, 4);

const ed25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** A note as it is written; null when it is no tree head at all. */
function parseNote(note) {
  const split = note.lastIndexOf('\n\n');
  if (split < 0) return null;
  const body = note.slice(0, split + 1);
  const [origin, size, root] = body.split('\n');
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || !/^[A-Za-z0-9+/]{43}=$/.test(root ?? '')) return null;
  const rootHash = Buffer.from(root, 'base64');
  if (rootHash.length !== 32 || rootHash.toString('base64') !== root) return null;
  const lines = note.slice(split + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0) return null;
  const signatures = [];
  for (const line of lines) {
    const match = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
    if (!match) return null;
    const signed = Buffer.from(match[2], 'base64');
    signatures.push({ name: match[1], hash: signed.subarray(0, 4).toString('hex'), signature: signed.subarray(4), whole: signed.length === 68 && signed.toString('base64') === match[2] });
  }
  return { body, origin, size: Number(size), root: rootHash, signatures };
}

/**
 * A signed tree head. `signers` are the keys, of those given, whose signature is right; none makes it worthless.
 * Null when it is no tree head at all.
 */
export function readTreeHead(note, keys) {
  const parsed = parseNote(note);
  if (!parsed) return null;
  const { body, origin, size, root, signatures } = parsed;
  const signers = [];
  for (const { name, hash, signature, whole } of signatures) {
    const key = keys.find((candidate) => candidate.name === name && candidate.name === origin && candidate.hash === hash);
    if (!key || !whole) continue;
    const publicKey = createPublicKey({ key: Buffer.concat([ed25519, key.key]), format: 'der', type: 'spki' });
    if (verifySignature(null, Buffer.from(body, 'utf8'), publicKey, signature)) signers.push(key);
  }
  return { origin, size, root, signers };
}

/** What is wrong with a note that none of the keys signed: the end of a sentence that begins with the note's name. */
export function whyForged(note, keys) {
  const parsed = parseNote(note);
  if (!parsed) return 'is not a tree head';
  const { origin, size, signatures } = parsed;
  const of = `of ${size} events`;
  const names = [...new Set(keys.map(({ name }) => name))];
  if (!names.includes(origin)) return `${of} is of another log: its origin is ${origin}, not ${names.join(' or ')}`;
  const known = signatures.find(({ name, hash }) => keys.some((key) => key.name === name && key.hash === hash));
  if (known) return `${of} is forged: the signature by the key ${known.hash} does not fit what it says`;
  return `${of} is forged: it is signed by ${signatures.map(({ hash }) => hash).join(', ')}, and the keys of this log are ${keys.map(({ hash }) => hash).join(', ')}`;
}

/**
 * The keys that may be trusted when one is: each rotation is a tree head signed by the old key and by the new one.
 * @param notes in the order of the log.
 */
export function trustedKeys(keys, trusted, notes) {
  const known = new Set(trusted.map(({ text }) => text));
  for (const note of notes) {
    const signers = readTreeHead(note, keys)?.signers ?? [];
    if (signers.some(({ text }) => known.has(text))) for (const { text } of signers) known.add(text);
  }
  return keys.filter(({ text }) => known.has(text));
}

/** The files of a .tar.gz (ustar), by name. */
export function readArchive(bytes) {
  const tar = gunzipSync(bytes);
  const files = new Map();
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + 512);
    const name = text(header, 0, 100);
    const size = parseInt(text(header, 124, 12), 8);
    if (!Number.isSafeInteger(size)) throw new Error(`the archive is damaged at ${name}`);
    files.set(name, tar.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return files;
}

function text(bytes, from, length) {
  const field = bytes.subarray(from, from + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8').trim();
}

/**
 * Checks a bundle and answers everything that is wrong, each as a sentence; nothing wrong is an empty list.
 * @param options.keys verifier keys the auditor already had; without any, those of the bundle are taken on trust.
 * @param options.heads notes the auditor was given before: the bundle must agree with each.
 */
export function verifyBundle(files, { keys: held = [], heads: heldHeads = [] } = {}) {
  const findings = [];
  const say = (finding) => void findings.push(finding);
  const read = (name) => {
    const found = files.get(name);
    if (!found) throw new Error(`${name} is missing`);
    return Buffer.from(found).toString('utf8');
  };
  const lines = (name) => read(name).split('\n').filter(Boolean).map((line) => JSON.parse(line));
  try {
    const manifest = JSON.parse(read('manifest.json'));
    checkFiles(files, manifest, say);
    const keys = checkKeys(read('keys.txt'), held, say);
    const notes = lines('tree-heads.jsonl').map(({ note }) => note);
    const trusted = trustedKeys(keys, held.length > 0 ? held : keys.slice(0, 1), notes);
    const heads = checkHeads(notes, trusted, manifest, say);
    checkConsistency(heads, lines('consistency.jsonl'), say);
    for (const note of heldHeads) checkHeldHead(note, [...held, ...keys], heads, say);
    const events = lines('events.jsonl');
    checkEvents(events, heads.at(-1), manifest, say);
    checkDecisions(lines('decisions.jsonl'), events, manifest, say);
  } catch (error) {
    say(`The bundle cannot be read: ${error.message}.`);
  }
  return findings;
}

function checkFiles(files, manifest, say) {
  if (manifest.format !== 'greatrouter-audit-bundle-v1') throw new Error(`unknown format ${manifest.format}`);
  for (const [name, hash] of Object.entries(manifest.files)) {
    const found = files.get(name);
    if (!found) say(`The file ${name} is missing.`);
    else if (sha256(found).toString('hex') !== hash) say(`The file ${name} is not the one the manifest names.`);
  }
}

function checkKeys(listed, held, say) {
  const keys = [];
  for (const line of listed.split('\n').filter(Boolean)) {
    const key = parseKey(line);
    if (key) keys.push(key);
    else say(`keys.txt holds a line that is no verifier key: ${line}`);
  }
  if (keys.length === 0) throw new Error('keys.txt holds no key');
  if (held.length > 0 && !keys.some(({ text }) => held.some((key) => key.text === text))) say('None of the keys in the bundle is one that you hold.');
  return keys;
}

function checkHeads(notes, keys, { origin, size }, say) {
  const heads = [];
  for (const [i, note] of notes.entries()) {
    const head = readTreeHead(note, keys);
    if (!head || head.signers.length === 0) say(`Tree head ${i} ${whyForged(note, keys)}.`);
    else heads.push(head);
  }
  const last = heads.at(-1);
  if (!last) throw new Error('it holds no signed tree head');
  if (last.origin !== origin) say(`The manifest names the log ${origin}; the tree heads are of ${last.origin}.`);
  if (last.size !== size) say(`The manifest names a tree of ${size} events; the newest tree head is of ${last.size}.`);
  return heads;
}

function checkConsistency(heads, proofs, say) {
  for (let i = 1; i < heads.length; i += 1) {
    const [before, after] = [heads[i - 1], heads[i]];
    const proof = proofs.find(({ from, to }) => from === before.size && to === after.size);
    const path = proof?.path.map((hash) => Buffer.from(hash, 'base64')) ?? [];
    if (!verifyConsistency({ from: before.size, to: after.size, fromRoot: before.root, toRoot: after.root, path })) {
      say(`The tree of ${after.size} events does not begin with the tree of ${before.size}: history was rewritten between them.`);
    }
  }
}

function checkHeldHead(note, keys, heads, say) {
  const held = readTreeHead(note, keys);
  if (!held || held.signers.length === 0) return say(`The head you hold ${whyForged(note, keys)}.`);
  const same = heads.find(({ size }) => size === held.size);
  if (!same) say(`The bundle has no head of size ${held.size}, which you hold: ask for a bundle that reaches back to it.`);
  else if (Buffer.compare(same.root, held.root) !== 0) say(`The head of size ${held.size} that you hold is another one than the bundle's, and both are signed: two histories were told (a split view), or history was rewritten.`);
}

const nameOf = ({ leaf, type, revision, stream }) => `Event ${leaf} (${type}, revision ${revision} of ${stream})`;
/** Events whose proofs fail are compared with each other up to this many. */
const comparedKept = 64;
const mostShifted = 8;

function checkEvents(events, head, manifest, say) {
  if (events.length !== manifest.events) say(`The manifest counts ${manifest.events} events; ${events.length} are there.`);
  const proven = new Map();
  const failed = [];
  const claimed = new Set();
  let last = null;
  for (const event of events) {
    const read = { ...event, metadata: Buffer.from(event.metadata, 'base64'), data: Buffer.from(event.data, 'base64'), path: event.path.map((hash) => Buffer.from(hash, 'base64')) };
    read.hash = eventHash(read);
    if (!standsAt(read, event.leaf, head)) failed.push(read);
    else if (proven.has(event.leaf)) say(`${nameOf(event)} is there twice: the second was inserted.`);
    else proven.set(event.leaf, { stream: event.stream, revision: event.revision, sibling: event.path.length > 0 ? read.path[0] : null });
    if (last !== null && event.leaf < last.leaf) say(`${nameOf(event)} is out of order: it stands behind event ${last.leaf}.`);
    claimed.add(event.leaf);
    last = event;
  }
  explainFailed(failed, proven, head, say);
  if (manifest.contiguous) checkGaps([...claimed].sort((a, b) => a - b), manifest, say);
  else checkRevisions(proven, say);
}

/** Whether its hash stands at that place, by its path. */
const standsAt = ({ hash, path }, index, { size, root }) => verifyInclusion({ index, size, leaf: hash, path, root });

/** What was done to the events that are not where they say in the signed tree. */
function explainFailed(failed, proven, head, say) {
  const few = failed.slice(0, comparedKept);
  const explained = new Set();
  let shifted = null;
  const shifts = [];
  for (const event of failed) shifts.push(shiftOf(event, head, shifts.at(-1)));
  for (const [i, event] of failed.entries()) {
    if (explained.has(event)) continue;
    const by = shifts[i];
    if (by !== null && shifted?.by === by && event.leaf === shifted.last + 1) shifted.last = event.leaf;
    else {
      sayShifted(shifted, say);
      const pushesBack = by === null && (shifts[i + 1] ?? 0) > (shifted?.by ?? 0);
      shifted = by === null ? null : { by, first: event.leaf, last: event.leaf };
      if (pushesBack) say(`${nameOf(event)} was inserted: it is not in the signed tree, and pushes back what follows.`);
      else if (by === null) sayFailed(event, { few, explained, proven, head }, say);
    }
  }
  sayShifted(shifted, say);
}

function sayFailed(event, { few, explained, proven, head }, say) {
  const other = few.find((each) => each !== event && few.includes(event) && standsAt({ ...each, hash: event.hash }, each.leaf, head));
  if (!other) return say(whyNotProven(event, proven, head));
  if (!standsAt({ ...event, hash: other.hash }, event.leaf, head)) return say(`${nameOf(event)} was moved: it belongs at place ${other.leaf} of the signed tree.`);
  explained.add(other);
  say(`Events ${event.leaf} and ${other.leaf} were exchanged: ${nameOf(event)} belongs where event ${other.leaf} stands.`);
}

/** By how many places the event says too much; null when it is not near where it says. */
function shiftOf(event, head, usual = null) {
  const tried = Array.from({ length: 2 * mostShifted }, (_, i) => (i % 2 === 0 ? 1 + i / 2 : -(i + 1) / 2));
  return [usual ?? 1, ...tried].find((by) => standsAt(event, event.leaf - by, head)) ?? null;
}

function sayShifted(shifted, say) {
  if (!shifted) return;
  const { by, first, last } = shifted;
  const done = by > 0 ? `${by} inserted` : `${-by} removed`;
  say(`Events ${first} to ${last} are ${Math.abs(by)} place${Math.abs(by) === 1 ? '' : 's'} ${by > 0 ? 'behind' : 'ahead of'} where they stand in the signed tree: ${done} before them, or they were moved.`);
}

function whyNotProven(event, proven, head) {
  const name = nameOf(event);
  if (event.leaf >= head.size) return `${name} was inserted: the signed tree has ${head.size} events.`;
  if (proven.has(event.leaf)) return `${name} was inserted: another event is at its place in the signed tree, and is here too.`;
  // The audit path of the leaf beside it begins with the hash that this one should have.
  const recorded = proven.get(event.leaf % 2 === 0 ? event.leaf + 1 : event.leaf - 1)?.sibling;
  const where = recorded ? changedByte(event, recorded) : null;
  return `${name} is not in the signed tree: its bytes were changed${where ? `: ${where}` : ''}.`;
}

function checkGaps(claimed, { first_leaf: first, last_leaf: last }, say) {
  for (let i = 1; i < claimed.length; i += 1) {
    const [from, to] = [claimed[i - 1] + 1, claimed[i] - 1];
    if (from <= to) say(from === to ? `Event ${from} is missing: it was removed.` : `Events ${from} to ${to} are missing: they were removed.`);
  }
  if (claimed.length > 0 && (claimed[0] !== first || claimed.at(-1) !== last)) say(`The manifest names events ${first} to ${last}; the bundle holds ${claimed[0]} to ${claimed.at(-1)}.`);
}

/** In a bundle of one organization, whose events are not all there are, what is missing shows in its streams. */
function checkRevisions(proven, say) {
  const revisions = new Map();
  for (const [leaf, { stream, revision }] of [...proven].sort(([a], [b]) => a - b)) {
    const before = revisions.get(stream);
    if (before !== undefined && BigInt(revision) !== before + 1n) say(`Event ${leaf} (revision ${revision} of ${stream}) does not follow revision ${before}: what was between them was removed.`);
    revisions.set(stream, BigInt(revision));
  }
}

function checkDecisions(decisions, events, manifest, say) {
  if (decisions.length !== manifest.decisions) say(`The manifest counts ${manifest.decisions} decisions; ${decisions.length} are there.`);
  const recorded = new Map(events.filter(({ type }) => type === 'ModelSelected').map((event) => [event.stream, Buffer.from(event.data, 'base64').toString('utf8')]));
  const told = new Set();
  for (const { request_id: id, decision, replay } of decisions) {
    const event = recorded.get(`route-${id}`);
    if (event === undefined) say(`The decision of request ${id} was inserted: no event of the bundle records it.`);
    else if (event !== JSON.stringify(decision)) say(`The decision of request ${id} is not the one in its event${whatDiffers(event, decision)}.`);
    if (told.has(id)) say(`The decision of request ${id} is there twice.`);
    if (replay.kind !== 'reproduced') say(`The decision of request ${id} did not reproduce: ${JSON.stringify(replay)}`);
    told.add(id);
  }
  for (const stream of recorded.keys()) if (!told.has(stream.slice('route-'.length))) say(`The decision of request ${stream.slice('route-'.length)} is missing: its event is there.`);
}

function whatDiffers(event, decision) {
  try {
    const found = firstDifference(JSON.parse(event), decision, []);
    return found ? `: ${found.path.join('.') || 'it'} is ${JSON.stringify(found.is)} and was recorded as ${JSON.stringify(found.was)}` : '';
  } catch {
    return '';
  }
}

function firstDifference(was, is, path) {
  if (was === null || is === null || typeof was !== 'object' || typeof is !== 'object') return was === is ? null : { path, was, is };
  for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const found = firstDifference(was[key], is[key], [...path, key]);
    if (found) return found;
  }
  return null;
}

function main(args) {
  const [keys, heads, paths] = [[], [], []];
  for (let i = 0; i < args.length; i += 1) {
    if (args[i] === '--key') {
      const key = parseKey(args[(i += 1)] ?? '');
      if (!key) return fail('--key takes a verifier key: name+hash+base64');
      keys.push(key);
    } else if (args[i] === '--head') heads.push(readFileSync(args[(i += 1)], 'utf8'));
    else paths.push(args[i]);
  }
  if (paths.length !== 1) return fail('usage: node verify.mjs <bundle.tar.gz> [--key <verifier key>]... [--head <note file>]...');
  let files;
  try {
    files = readArchive(readFileSync(paths[0]));
  } catch (error) {
    return fail(`${paths[0]} cannot be read: ${error.message}`);
  }
  const findings = verifyBundle(files, { keys, heads });
  for (const finding of findings) console.log(`✗ ${finding}`);
  if (findings.length > 0) return fail(`${findings.length} thing${findings.length === 1 ? '' : 's'} wrong.`);
  const manifest = JSON.parse(Buffer.from(files.get('manifest.json')).toString('utf8'));
  console.log(`✓ yes: ${manifest.events} events and ${manifest.decisions} decisions are in the signed tree, whole and in order, and every decision reproduced.`);
  if (keys.length === 0) console.log(`  Signed by ${Buffer.from(files.get('keys.txt')).toString('utf8').trim().split('\n').join(', ')}\n  Compare this key with the one you were given, or pass it with --key.`);
}

function fail(message) {
  console.log(message);
  process.exitCode = 1;
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) main(process.argv.slice(2));
