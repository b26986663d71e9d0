/** Structured logs. No prompt text and no key is ever passed to them; the redaction is the second barrier. */
import { pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import type { LogLevel } from './config.js';

export type { Logger } from 'pino';

/** Injection token of the process's logger. */
export const LOGGER = Symbol('Logger');

const secret = /\b(pk_(?:live|test)_[A-Za-z0-9]{9}_)[0-9a-f]{32}\b|\bsk-[A-Za-z0-9_-]{16,}|(Bearer\s+)[A-Za-z0-9._~+/=-]{8,}|([?&](?:key|api_key|token)=)[^&\s"]+/g;

/** Takes keys and tokens out of a text that is to be stored or shown. */
export const scrub = (text: string): string => text.replace(secret, (_, ours = '', bearer = '', query = '') => `${ours}${bearer}${query}[removed]`);

/** @param destination the standard output when absent. */
export function createLogger(level: LogLevel, name: string, destination?: DestinationStream): Logger {
  const options: LoggerOptions = {
    level,
    base: { process: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: { paths: ['authorization', 'cookie', 'headers.authorization', 'headers.cookie', 'req.headers', 'password', 'apiKey', 'prompt', 'messages'], censor: '[removed]' },
    serializers: {
      err: (error: unknown) => {
        const { type, message, stack } = pino.stdSerializers.err(error as Error);
        return { type, message: scrub(message ?? ''), stack: scrub(stack ?? '') };
      },
    },
  };
  return pino(options, destination ?? standardOutput());
}

/**
 * Not pino's own destination: that one tries a broken pipe again and again at a fatal line (`flushSync` of sonic-boom 4),
 * and the process, whose reader is gone with its supervisor, would never end.
 */
function standardOutput(): DestinationStream {
  if (!process.stdout.listeners('error').includes(nobodyReads)) process.stdout.on('error', nobodyReads);
  return process.stdout;
}

function nobodyReads(): void {
  // Lines that nobody reads are lost; what the process does is not.
}
