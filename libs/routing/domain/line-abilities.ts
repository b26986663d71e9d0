/** How able each row of the model table is, by skill. A line of models is judged together, and again when one of it changed. */
import { embeds, type CatalogModel } from '../../catalog/domain/model.js';
import { skills, type Skill } from './ability-scale.js';
import { abilitiesOfLine } from './quality.js';

type BySkill = Readonly<Record<Skill, Float64Array>>;

export class LineAbilities {
  /** Ability, and its spread, by row. */
  mean!: BySkill;
  spread!: BySkill;
  private readonly lines = new Map<string, Set<number>>();
  private readonly stale = new Set<string>();

  /** @param model of a row. */
  constructor(private readonly model: (row: number) => CatalogModel) {}

  /** A row is new, or its model has changed. @param from the line it was of before. */
  put(row: number, from: string | undefined, to: string): void {
    this.stale.add(to);
    if (from === to) return;
    if (from !== undefined) {
      this.lines.get(from)?.delete(row);
      this.stale.add(from);
    }
    const members = this.lines.get(to) ?? new Set();
    this.lines.set(to, members.add(row));
  }

  /** Judges the lines that changed since the last time. */
  settle(): void {
    if (this.stale.size === 0) return;
    for (const line of this.stale) this.settleLine(line);
    this.stale.clear();
  }

  /** Room for so many rows: the columns are new, so all lines are settled again. */
  grow(capacity: number): void {
    this.mean = columns(capacity);
    this.spread = columns(capacity);
    for (const line of this.lines.keys()) this.stale.add(line);
  }

  private settleLine(line: string): void {
    const members = [...(this.lines.get(line) ?? [])].map((row) => ({ row, model: this.model(row) })).filter(({ model }) => !embeds(model));
    members.sort((a, b) => (a.model.id < b.model.id ? -1 : 1));
    for (const [place, abilities] of abilitiesOfLine(members.map(({ model }) => model)).entries()) {
      for (const [at, { mean, spread }] of abilities.entries()) {
        this.mean[skills[at]!][members[place]!.row] = mean;
        this.spread[skills[at]!][members[place]!.row] = spread;
      }
    }
  }
}

/** One column a skill, side by side in one block. */
function columns(capacity: number): BySkill {
  const block = new Float64Array(capacity * skills.length);
  return Object.fromEntries(skills.map((skill, at) => [skill, block.subarray(at * capacity, (at + 1) * capacity)])) as Record<Skill, Float64Array>;
}
