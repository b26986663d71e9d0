/** The training report, as Markdown. */
import { contentModes, type ContentMode } from '../domain/vocabulary.js';
import { accuracy, calibrationError, f1ByTask, macroF1, type Judged } from './metrics.js';
import { judged, type DifficultyResult, type RankResult, type UnseenResult } from './validate.js';

export interface Findings {
  readonly unseen: readonly UnseenResult[];
  readonly temperature: number;
  readonly authored: number;
  readonly difficulty: readonly DifficultyResult[];
  readonly gain: readonly RankResult[];
}

const figure = (x: number) => x.toFixed(3);

export function report(findings: Findings): string {
  const { unseen, temperature } = findings;
  const requests = unseen.filter(({ row }) => row.variant !== 'raw_caption');
  const all = requests.map((result) => judged(result, temperature));
  const of = (keep: (result: UnseenResult) => boolean) => unseen.filter(keep).map((result) => judged(result, temperature));
  return [
    '# How the classifier does',
    '',
    'Written by `npm run train-classifier`. Every figure on tasks and content modes is on rows of a family of sources that the',
    'model judging them had not seen (eight folds of whole families); difficulty and gain say below what was left out. Rows whose',
    'label allows another fair answer count that answer as right. Bare captions are not requests and are reported apart.',
    '',
    `${unseen.length} labelled rows; ${findings.authored} requests of our own in sixteen languages, in training only. Temperature ${temperature}.`,
    '',
    '## Task',
    '',
    ...summary([
      ['requests', all],
      ['natural', of(({ row }) => row.variant === 'natural')],
      ['templated', of(({ row }) => row.variant === 'templated')],
      ['not English', of(({ row }) => row.lang !== 'en' && row.variant !== 'raw_caption')],
      ['bare captions', of(({ row }) => row.variant === 'raw_caption')],
    ]),
    '',
    ...table(['task', 'rows', 'F1'], f1ByTask(all).map(({ task, rows, f1 }) => [task, String(rows), figure(f1)])),
    '',
    '## By language',
    '',
    ...grouped(requests, temperature, (result) => result.row.lang, 'language'),
    '',
    '## By source left out',
    '',
    ...grouped(requests, temperature, (result) => `${result.row.source} (${result.row.task})`, 'source'),
    '',
    '## Content mode',
    '',
    ...table(['mode', 'rows', 'recall'], contentModes.map((mode) => recall(unseen, mode))),
    '',
    '## Difficulty: Spearman with the published signal',
    '',
    'First with other rows of the source in training (five folds by row, through the gate between kinds of problem), then with',
    'the whole source left out, where another source poses problems of the kind. Much of what LLMRouter counts as failures is the',
    'form of the answer: the experts do not learn from its word problems and mathematics.',
    '',
    ...table(['source', 'rows', 'Spearman', 'source left out'], findings.difficulty.map(({ source, rows, value, unseen: left }) => [source, String(rows), figure(value), left === undefined ? '-' : figure(left)])),
    '',
    '## Gain of the strong model: APGR',
    '',
    'Five folds by row. On questions with options the gain itself is learnt; on the others it is read off the difficulty.',
    'Gains on open requests are learnt from prompts of our own by kind of work, and no outcome of theirs is known here.',
    '',
    ...table(['source', 'rows', 'APGR'], findings.gain.map(({ source, rows, value }) => [source, String(rows), figure(value)])),
    '',
  ].join('\n');
}

function summary(parts: readonly (readonly [string, readonly Judged[]])[]): string[] {
  return table(['set', 'rows', 'accuracy', 'macro-F1', 'ECE'], parts.map(([name, rows]) => [name, String(rows.length), figure(accuracy(rows)), figure(macroF1(rows)), figure(calibrationError(rows))]));
}

function grouped(results: readonly UnseenResult[], temperature: number, key: (result: UnseenResult) => string, title: string): string[] {
  const groups = new Map<string, Judged[]>();
  for (const result of results) groups.set(key(result), [...(groups.get(key(result)) ?? []), judged(result, temperature)]);
  const rows = [...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  return table([title, 'rows', 'accuracy'], rows.map(([name, members]) => [name, String(members.length), figure(accuracy(members))]));
}

function recall(results: readonly UnseenResult[], mode: ContentMode): string[] {
  const own = results.filter(({ row }) => row.content_mode === mode);
  return [mode, String(own.length), figure(own.filter((result) => result.mode === mode).length / Math.max(1, own.length))];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
