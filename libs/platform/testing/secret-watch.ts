/**
 * Holds what the tests of a file entrust to the product (passwords, keys, tokens, cookies) against all that the product
 * lets out while they run: refused answers, metrics, logs, and the folders its processes and event logs leave behind.
 * Nobody has to remember it: `watch-secrets.ts` puts it into every test file.
 */
import { open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { secretsIn } from './secrets.js';

/** Whatever has to hold secrets to work: the master key, the database with its password hashes, the way to both. */
const mayHoldSecrets = /(^|\/)(postgres\/|master\.key$|running\.json$)/;
/** What is shorter stands in texts by accident. */
const shortestSecret = 8;
const secretFields = /^(password|current_password|new_password|invitation|token|csrf_token|secret|api_key)$/;
const wholeKey = /^pk_(?:live|test)_[0-9A-Za-z]{9}_([0-9a-f]{32})$/;
const secretHeaders = ['authorization', 'x-api-key', 'x-csrf-token', 'cookie', 'set-cookie'] as const;

/** A file is searched in pieces; nothing that is looked for is longer than the overlap. */
const pieceBytes = 1 << 20;
const overlapBytes = 4_096;

export class SecretWatch {
  private readonly secrets = new Set<string>();
  /** Searched at the end, when every secret is known. */
  private readonly texts: { readonly where: string; readonly text: string }[] = [];
  private readonly findings = new Set<string>();

  /** From now on it may stand nowhere. Of an API key it is the secret part that may not; the rest is its public name. */
  entrust(secret: string): void {
    const hidden = wholeKey.exec(secret)?.[1] ?? secret;
    if (hidden.length >= shortestSecret) this.secrets.add(Buffer.from(hidden).toString('latin1'));
  }

  /** @param header gives a header by its lower-case name. @param body as it was sent or answered. */
  entrustMessage(header: (name: string) => string | null | undefined, body: string): void {
    for (const name of secretHeaders) for (const secret of inHeader(header(name) ?? '')) this.entrust(secret);
    for (const secret of inFields(parsed(body))) this.entrust(secret);
  }

  /** Settings that a process is started with. */
  entrustSettings(env: Readonly<Record<string, string>>): void {
    for (const [name, value] of Object.entries(env)) if (/KEY|SECRET|PASSWORD|TOKEN/.test(name)) for (const secret of value.split(',')) this.entrust(secret);
  }

  /** What the product let out. */
  search(where: string, text: string): void {
    if (text !== '') this.texts.push({ where, text });
  }

  /** Everything below a folder, at once: it is about to be removed. @throws Error naming where a secret stands */
  async searchFolder(folder: string): Promise<void> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    const paths = entries.filter((entry) => entry.isFile()).map((entry) => relative(folder, join(entry.parentPath, entry.name)));
    for (const path of paths.filter((each) => !mayHoldSecrets.test(each))) await this.searchFile(join(folder, path), path);
    this.verdict();
  }

  /** @throws Error naming every place where a secret stands, and showing none of it */
  verdict(): void {
    for (const { where, text } of this.texts.splice(0)) this.look(where, Buffer.from(text).toString('latin1'));
    if (this.findings.size > 0) throw new Error(`secrets were let out:\n${[...this.findings].join('\n')}`);
  }

  private async searchFile(path: string, where: string): Promise<void> {
    const file = await open(path).catch(() => null);
    if (!file) return;
    try {
      const piece = Buffer.allocUnsafe(pieceBytes + overlapBytes);
      for (let at = 0; ; at += pieceBytes) {
        const { bytesRead } = await file.read(piece, 0, piece.length, at);
        this.look(where, piece.toString('latin1', 0, bytesRead));
        if (bytesRead < piece.length) return;
      }
    } finally {
      await file.close();
    }
  }

  private look(where: string, latin1: string): void {
    for (const secret of this.secrets) if (latin1.includes(secret)) this.findings.add(`${where}: a secret of the tests (${secret.slice(0, 3)}..., ${secret.length} characters)`);
    for (const { kind, begins } of secretsIn(latin1)) this.findings.add(`${where}: ${kind} (${begins}...)`);
  }
}

function inHeader(value: string): string[] {
  return value.split(/[;,]\s*/).map((part) => part.replace(/^(Bearer|Basic) /i, '').replace(/^gr_session=/, '')).filter((part) => /^[\w+/=-]{16,}$/.test(part));
}

function inFields(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) => (typeof field === 'string' ? (secretFields.test(name) || wholeKey.test(field) ? [field] : []) : inFields(field)));
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

/** Of this test file: each has modules of its own. */
export const secretWatch = new SecretWatch();

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** For servers that are asked without a socket, by `inject`. */
export function watchAnswer({ method, path, headers, body }: Asked, answer: { statusCode: number; headers: Readonly<Record<string, unknown>>; payload: string }): void {
  secretWatch.entrustMessage((name) => headers[name], JSON.stringify(body ?? null));
  if (answer.statusCode >= 400) secretWatch.search(`the answer ${answer.statusCode} of ${method} ${path.split('?')[0]}`, answer.payload);
  else secretWatch.entrustMessage((name) => [answer.headers[name] ?? []].flat().join(), answer.payload);
}
