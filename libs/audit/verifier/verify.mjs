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

/** The bytes that an event is hashed as: each part after its length, so that no boundary can be shifted. */
export function leafData({ stream, revision, type, id, metadata, data }) {
  const parts = ['greatrouter-event-v1', stream, String(revision), type, id, metadata, data].map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part));
  return Buffer.concat(parts.flatMap((part) => [lengthOf(part), part]));
}

function lengthOf(part) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(part.length);
  return length;
}

export const leafHash = (data) => sha256(leafPrefix, data);
const node = Buffer.alloc(65, nodePrefix);
/** Of two hashes; both are copied into one buffer, which is read before anyone writes it again. */
export function nodeHash(left, right) {
  if (left.length !== 32 || right.length !== 32) return sha256(nodePrefix, left, right);
  node.set(left, 1);
  node.set(right, 33);
  return oneShot('sha256', node, 'buffer');
}
export const emptyRoot = createHash('sha256').digest();

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

/**
 * A signed tree head. `signers` are the keys, of those given, whose signature is right; none makes it worthless.
 * Null when it is no tree head at all.
 */
export function readTreeHead(note, keys) {
  const split = note.lastIndexOf('\n\n');
  if (split < 0) return null;
  const body = note.slice(0, split + 1);
  const [origin, size, root] = body.split('\n');
  if (!origin || !/^(0|[1-9]\d{0,15})$/.test(size ?? '') || !/^[A-Za-z0-9+/]{43}=$/.test(root ?? '')) return null;
  const rootHash = Buffer.from(root, 'base64');
  if (rootHash.length !== 32 || rootHash.toString('base64') !== root) return null;
  const lines = note.slice(split + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0) return null;
  const signers = [];
  for (const line of lines) {
    const match = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/.exec(line);
    if (!match) return null;
    const signed = Buffer.from(match[2], 'base64');
    const key = keys.find((candidate) => candidate.name === match[1] && candidate.name === origin && candidate.hash === signed.subarray(0, 4).toString('hex'));
    if (!key || signed.length !== 68 || signed.toString('base64') !== match[2]) continue;
    const publicKey = createPublicKey({ key: Buffer.concat([ed25519, key.key]), format: 'der', type: 'spki' });
    if (!verifySignature(null, Buffer.from(body, 'utf8'), publicKey, signed.subarray(4))) continue;
    signers.push(key);
  }
  return { origin, size: Number(size), root: rootHash, signers };
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
    const heads = checkHeads(notes, trusted, say);
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

function checkHeads(notes, keys, say) {
  const heads = [];
  for (const [i, note] of notes.entries()) {
    const head = readTreeHead(note, keys);
    if (!head) say(`Tree head ${i} is not a tree head.`);
    else if (head.signers.length === 0) say(`Tree head ${i} (size ${head.size}) is not signed by a trusted key: it is forged.`);
    else heads.push(head);
  }
  if (heads.length === 0) throw new Error('it holds no signed tree head');
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
  if (!held) return say('The head you hold is not a tree head.');
  if (held.signers.length === 0) return say(`The head you hold (size ${held.size}) is not signed by any key here.`);
  const same = heads.find(({ size }) => size === held.size);
  if (!same) say(`The bundle has no head of size ${held.size}, which you hold: ask for a bundle that reaches back to it.`);
  else if (Buffer.compare(same.root, held.root) !== 0) say(`The head of size ${held.size} that you hold is another one than the bundle's: history was rewritten.`);
}

function checkEvents(events, head, manifest, say) {
  if (events.length !== manifest.events) say(`The manifest counts ${manifest.events} events; ${events.length} are there.`);
  const revisions = new Map();
  let last = null;
  for (const event of events) {
    const name = `Event ${event.leaf} (${event.type}, revision ${event.revision} of ${event.stream})`;
    const leaf = leafHash(leafData({ ...event, metadata: Buffer.from(event.metadata, 'base64'), data: Buffer.from(event.data, 'base64') }));
    const path = event.path.map((hash) => Buffer.from(hash, 'base64'));
    if (!verifyInclusion({ index: event.leaf, size: head.size, leaf, path, root: head.root })) say(`${name} is not in the signed tree: it was changed, inserted or moved.`);
    if (last !== null && event.leaf <= last) say(`${name} is out of order.`);
    else if (last !== null && manifest.contiguous && event.leaf !== last + 1) say(`Events ${last + 1} to ${event.leaf - 1} are missing.`);
    const before = revisions.get(event.stream);
    if (before !== undefined && BigInt(event.revision) !== before + 1n) say(`${name} does not follow revision ${before} of its stream.`);
    revisions.set(event.stream, BigInt(event.revision));
    last = event.leaf;
  }
  if (manifest.contiguous && events.length > 0 && (events[0].leaf !== manifest.first_leaf || last !== manifest.last_leaf)) {
    say(`The manifest names events ${manifest.first_leaf} to ${manifest.last_leaf}; the bundle holds ${events[0].leaf} to ${last}.`);
  }
}

function checkDecisions(decisions, events, manifest, say) {
  if (decisions.length !== manifest.decisions) say(`The manifest counts ${manifest.decisions} decisions; ${decisions.length} are there.`);
  const recorded = new Map(events.filter(({ type }) => type === 'ModelSelected').map((event) => [event.stream, Buffer.from(event.data, 'base64').toString('utf8')]));
  for (const { request_id: id, decision, replay } of decisions) {
    if (recorded.get(`route-${id}`) !== JSON.stringify(decision)) say(`The decision of request ${id} is not the one in its event.`);
    if (replay.kind !== 'reproduced') say(`The decision of request ${id} did not reproduce: ${JSON.stringify(replay)}`);
  }
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
