/** What translators of streamed answers share: events are read whole, taken one by one, and written as OpenAI's. */
import type { Json } from '../domain/json.js';
import { ChunkWriter } from './openai-shape.js';
import { EventReader } from './event-reader.js';
import type { StreamTranslator } from './format.js';

export abstract class EventTranslator implements StreamTranslator {
  protected readonly out = new ChunkWriter();
  /** The provider's usage object, verbatim. */
  protected raw: Json | null = null;
  private readonly reader = new EventReader();

  push(chunk: Buffer): Buffer {
    for (const event of this.reader.read(chunk)) this.take(event);
    return this.out.take();
  }

  rawUsage(): Json | null {
    return this.raw;
  }

  protected abstract take(event: Json): void;

  /** The answer has an id and a model: its first chunk. */
  protected begin(answer: Json): void {
    this.out.id = String(answer['id']);
    this.out.model = String(answer['model']);
    this.out.delta({ role: 'assistant', content: '' });
  }
}
