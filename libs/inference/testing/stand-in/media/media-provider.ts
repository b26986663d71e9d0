/**
 * Every provider of media in one script, each under its own path (`/fal/…`, `/openai/…`). What goes wrong is asked for in
 * the prompt: `[[fault: …]]`, with the words below. Bodies go out in small pieces, so that nothing is read as one packet.
 */
import type { Script, SeenRequest, Step } from '../stand-in.js';
import { close, hang, reset, wait } from '../steps.js';
import { files } from './files.js';
import { jobDialects, type Job, type JobState } from './job-dialects.js';
import { promptDialects, told, type Told } from './prompt-dialects.js';

/** What a prompt may ask for: `[[fault: polls=3 failed]]`. */
export interface Faults {
  /** Questions until the work is done. */
  readonly polls: number;
  /** Milliseconds before each answer. */
  readonly latency: number;
  /** What must be opened before the work is done; null when nothing. */
  readonly gate: string | null;
  readonly words: ReadonlySet<string>;
}

const usualPolls = 2;
const pieceBytes = 61;
const hugeBytes = 65 * 1024 * 1024;

export function faultsIn(text: string): Faults {
  const words = /\[\[fault: ?([^\]]*)\]\]/.exec(text)?.[1]?.split(/\s+/) ?? [];
  const valueOf = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.split('=')[1];
  return { polls: Number(valueOf('polls') ?? usualPolls), latency: Number(valueOf('latency') ?? 0), gate: valueOf('gate') ?? null, words: new Set(words) };
}

interface KeptJob {
  readonly host: string;
  readonly faults: Faults;
  readonly kind: Job['kind'];
  asked: number;
  lost: number;
  cancelled: boolean;
}

/**
 * @param origin where the script is reached, once that is known.
 * @param isOpen whether work that was asked for with `gate=` this name may be done
 */
export function mediaProvider(origin: () => string, isOpen: (gate: string) => boolean = () => true): Script {
  const jobs = new Map<string, KeptJob>();
  const held = ({ gate }: Faults): boolean => gate !== null && !isOpen(gate);
  return function* (request: SeenRequest): Generator<Step> {
    const [, host = '', rest = '/'] = /^\/v1\/([^/]+)(\/.*)$/.exec(request.path) ?? [];
    const base = `${origin()}/${host}`;
    const line = `${request.method} ${rest}`;
    const made = /^GET \/made\/([^/]+)$/.exec(line);
    if (made) return yield* fileOf(jobs.get(made[1]!)!);
    const dialect = jobDialects[host];
    const known = dialect && [dialect.status, dialect.result, dialect.cancel].map((pattern) => pattern?.exec(line)?.[1]).find((id) => id !== undefined && jobs.has(id));
    if (dialect && known) {
      const job = jobs.get(known)!;
      return yield* asked(dialect, line, known, held(job.faults) ? { ...job, asked: 0 } : job, base);
    }
    const text = request.raw.toString('latin1') + decodeURIComponent(rest.replaceAll('+', ' '));
    const faults = faultsIn(text);
    if (faults.latency > 0) yield wait(faults.latency);
    const refused = refusedBy(faults, JSON.stringify(request.headers));
    if (refused) return yield* refused;
    const prompted = promptDialects[host]?.find((row) => row.asked.test(line));
    if (prompted) {
      const ask = { base, body: request.body, text, path: rest, headers: request.headers };
      const answer = faults.words.has('moderated') ? prompted.moderated(ask) : faults.words.has('failed') ? prompted.failed(ask) : prompted.good(ask);
      return yield* sent(faults.words.has('wrong-type') ? { ...answer, type: 'text/html', body: Buffer.from('<html>Gateway</html>') } : answer);
    }
    if (!dialect?.submit.test(line)) return yield* sent(told(404, { error: { message: `nothing at ${line}`, code: 'not_found' } }));
    const id = `w${jobs.size + 1}`;
    jobs.set(id, { host, faults, kind: kindOf(host, rest), asked: 0, lost: 0, cancelled: false });
    yield* sent(toldAs(dialect.taken(jobOf(jobs.get(id)!, id, base))));
  };
}

/** Replicate and fal tell by the model what is made. */
function kindOf(host: string, path: string): Job['kind'] {
  if (/video|mochi|ray-2/.test(path) || host === 'minimax' || host === 'openai' || host === 'xai' || /veo/.test(path)) return 'video';
  return /music|audio|ace-step|sound|speech/.test(path) ? 'audio' : 'image';
}

function* asked(dialect: (typeof jobDialects)[string], line: string, id: string, job: KeptJob, base: string): Generator<Step> {
  if (dialect.cancel?.test(line)) {
    job.cancelled = true;
    return yield* sent(job.faults.words.has('no-cancel') ? told(500, { error: { message: 'cannot cancel' } }) : told(200, {}));
  }
  if (job.faults.words.has('lost-polls') && job.lost++ < 2) return yield* job.lost === 1 ? [reset] : sent(told(503, { error: { message: 'overloaded' } }));
  if (dialect.result?.test(line) && dialect.resultOf) return yield* sent(toldAs(dialect.resultOf(jobOf(job, id, base))));
  job.asked += 1;
  yield* sent(toldAs(dialect.told(jobOf(job, id, base))));
}

function jobOf({ faults, asked: questions, cancelled, kind }: KeptJob, id: string, base: string): Job {
  return { id, base, kind, file: fileAddress(faults, `${base}/made/${id}`), percent: Math.min(99, Math.round((100 * questions) / faults.polls)), state: stateOf(faults, questions, cancelled) };
}

/** Addresses that a provider should not be followed to. */
function fileAddress({ words }: Faults, own: string): string {
  if (words.has('inside')) return 'https://169.254.169.254/latest/meta-data';
  return words.has('plain') ? 'http://files.example/clip.mp4' : own;
}

function stateOf({ words, polls }: Faults, questions: number, cancelled: boolean): JobState {
  if (cancelled) return 'cancelled';
  if (words.has('never') || questions < polls) return questions === 0 ? 'queued' : 'running';
  return words.has('failed') ? 'failed' : words.has('moderated') ? 'moderated' : 'done';
}

/** Refusals that are the same everywhere. */
function refusedBy({ words }: Faults, headers: string): Iterable<Step> | null {
  if (words.has('first-key-refused') && !headers.includes('second-key')) return sent(told(401, { error: { message: 'Invalid API key', code: 'invalid_api_key' } }));
  if (words.has('limit')) return sent(told(429, { error: { message: 'Too many requests', code: 'rate_limit_exceeded' } }), { 'retry-after-ms': '20' });
  if (words.has('unauthorized')) return sent(told(401, { error: { message: 'Invalid API key', code: 'invalid_api_key' } }));
  if (words.has('outage')) return sent(told(503, { error: { message: 'overloaded' } }));
  if (words.has('reset')) return [reset];
  if (words.has('silent')) return [hang];
  if (words.has('cut')) return [{ do: 'head', status: 200, headers: { 'content-type': 'application/json' } }, { do: 'write', bytes: '{"half":' }, close];
  return null;
}

function* fileOf({ faults: { words }, kind }: KeptJob): Generator<Step> {
  if (words.has('gone')) return yield* sent(told(404, Buffer.from('gone'), 'text/plain'));
  if (words.has('file-cut')) return yield* [{ do: 'head', status: 200, headers: { 'content-type': 'video/mp4' } }, { do: 'write', bytes: 'half' }, close] as Step[];
  if (words.has('wrong-type')) return yield* sent(told(200, Buffer.from('<html>Sign in</html>'), 'text/html'));
  if (words.has('huge')) return yield* endless();
  const type = kind === 'image' ? 'image/png' : kind === 'video' ? 'video/mp4' : 'audio/wav';
  yield* sent(told(200, files[type], type));
}

/** More than anybody should take into memory; stops when the reader has had enough. */
function* endless(): Generator<Step> {
  yield { do: 'head', status: 200, headers: { 'content-type': 'video/mp4' } };
  const piece = Buffer.alloc(1024 * 1024, 1);
  for (let size = 0; size < hugeBytes; size += piece.length) yield { do: 'write', bytes: piece };
  yield { do: 'end' };
}

const toldAs = ([status, body]: readonly [number, object | Buffer]): Told => told(status, body, Buffer.isBuffer(body) ? 'video/mp4' : 'application/json');

function* sent({ status, type, body }: Told, headers: Readonly<Record<string, string>> = {}): Generator<Step> {
  yield { do: 'head', status, headers: { 'content-type': type, ...headers } };
  const piece = Math.max(pieceBytes, body.length >> 4);
  for (let at = 0; at < body.length; at += piece) yield { do: 'write', bytes: body.subarray(at, at + piece) };
  yield { do: 'end' };
}
