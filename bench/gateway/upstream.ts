/**
 * The provider of the benchmark, in a process of its own: OpenAI's chat format with as little work as possible, so
 * that what is measured is the gateway. `stream: true` gets 62 events one after the other; otherwise one JSON answer.
 * Prints its port. It shares nothing with the gateway.
 */
import { createServer, type Socket } from 'node:net';

const events = 62;
const head = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\nconnection: keep-alive\r\n\r\n';
const framed = (text: string): Buffer => Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
const chunk = (delta: object, finish: string | null, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_760_000_000, model: 'gpt-4o-mini', choices: [{ index: 0, delta, finish_reason: finish }], ...more })}\n\n`;
const usage = { prompt_tokens: 24, completion_tokens: 58, total_tokens: 82 };
const frames: readonly Buffer[] = [
  framed(chunk({ role: 'assistant', content: '' }, null)),
  ...Array.from({ length: events - 4 }, (_, index) => framed(chunk({ content: ` word${index}` }, null))),
  framed(chunk({}, 'stop')),
  framed(`data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_760_000_000, model: 'gpt-4o-mini', choices: [], usage })}\n\n`),
  framed('data: [DONE]\n\n'),
];
const last = Buffer.from('0\r\n\r\n');
const whole = JSON.stringify({
  id: 'chatcmpl-bench', object: 'chat.completion', created: 1_760_000_000, model: 'gpt-4o-mini',
  choices: [{ index: 0, message: { role: 'assistant', content: ' word'.repeat(58), refusal: null }, logprobs: null, finish_reason: 'stop' }],
  usage,
});
const answer = Buffer.from(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${whole.length}\r\nconnection: keep-alive\r\n\r\n${whole}`);

function serve(socket: Socket): void {
  let received = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (bytes) => {
    received = received.length === 0 ? bytes : Buffer.concat([received, bytes]);
    for (let end = endOf(received); end !== -1; end = endOf(received)) {
      const wantsStream = received.indexOf('"stream":true') !== -1;
      received = received.subarray(end);
      if (wantsStream) stream(socket);
      else socket.write(answer);
    }
  });
}

/** Where the first request ends; -1 when it is not whole. Bodies come with their length, or in chunks. */
function endOf(bytes: Buffer): number {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return -1;
  const headers = bytes.toString('latin1', 0, headEnd).toLowerCase();
  const length = /content-length: *(\d+)/.exec(headers)?.[1];
  if (length !== undefined) return bytes.length >= headEnd + 4 + Number(length) ? headEnd + 4 + Number(length) : -1;
  if (!headers.includes('transfer-encoding: chunked')) return headEnd + 4;
  const end = bytes.indexOf('0\r\n\r\n', headEnd + 2);
  return end === -1 ? -1 : end + 5;
}

/** One event a turn, so that they arrive as they would from a model: not all at once. */
function stream(socket: Socket): void {
  socket.write(head);
  let at = 0;
  const next = (): void => {
    if (socket.destroyed) return;
    if (at === frames.length) return void socket.write(last);
    socket.write(frames[at++]!);
    setImmediate(next);
  };
  next();
}

const server = createServer(serve).listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as { port: number }).port}\n`);
});
