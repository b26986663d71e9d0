/**
 * Requests written by us, to teach the shape of a request apart from its content: `{scene}`, `{say}` and so on are
 * filled with unrelated content, so that only the frame tells the task.
 */
export type Slot = 'scene' | 'sound' | 'say' | 'topic' | 'query' | 'code' | 'thing' | 'imagefile' | 'videofile' | 'audiofile' | 'snippet';

export interface LanguageFrames {
  readonly lang: string;
  readonly contents: Readonly<Partial<Record<Slot, readonly string[]>>>;
  readonly image: readonly string[];
  readonly imageEdit: readonly string[];
  readonly imageCombine: readonly string[];
  readonly video: readonly string[];
  readonly videoEdit: readonly string[];
  readonly videoCombine: readonly string[];
  readonly music: readonly string[];
  readonly musicEdit: readonly string[];
  readonly speech: readonly string[];
  readonly speechEdit: readonly string[];
  readonly code: readonly string[];
  readonly codeEdit: readonly string[];
  readonly web_search: readonly string[];
  readonly text: readonly string[];
}
