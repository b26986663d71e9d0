/** What kind of work a prompt asks for, by whoever classifies prompts: for recommending models to a prompt, not a wish. */
import type { Task } from '../../routing/domain/vocabulary.js';

export type PromptTask = (prompt: string) => Task;

/** Injection token; without a provider only the words of intent.ts are read. */
export const PROMPT_TASK = Symbol('PromptTask');
