/** The labelled prompts a data folder holds. Its README says where each row comes from and what its label means. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { ContentMode, Task } from '../domain/vocabulary.js';

export interface TaskRow {
  readonly id: string;
  readonly prompt: string;
  readonly task: Task;
  readonly lang: string;
  readonly source: string;
  readonly variant: 'natural' | 'templated' | 'raw_caption';
  readonly content_mode?: ContentMode;
  /** Other tasks that would be a fair answer. */
  readonly also_ok?: readonly Task[];
  readonly template?: string;
}

export interface ComplexityRow {
  readonly id: string;
  readonly prompt: string;
  readonly source: string;
  readonly signal: string;
  /** 0 to 1 within its signal; null for what is simple by construction. */
  readonly difficulty: number | null;
}

export interface RoutingRow {
  readonly id: string;
  readonly prompt: string;
  readonly source: string;
  readonly weak: number;
  readonly strong: number;
}

function lines<Row>(text: string): Row[] {
  return text.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Row);
}

export const taskRows = (folder: string) => lines<TaskRow>(readFileSync(join(folder, 'tasks-train.jsonl'), 'utf8'));
export const complexityRows = (folder: string) => lines<ComplexityRow>(readFileSync(join(folder, 'complexity-train.jsonl'), 'utf8'));
export const routingRows = (folder: string) => lines<RoutingRow>(gunzipSync(readFileSync(join(folder, 'routing-train.jsonl.gz'))).toString('utf8'));
