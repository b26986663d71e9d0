/**
 * A set of ids that is never changed, only followed by a larger one, at the cost of one entry: the versions of one
 * history share their entries, and only a version that goes another way copies. A plain Set copied for every debit of
 * a batch was most of its cost.
 */
export class TakenIds {
  static readonly none: TakenIds = new TakenIds([], new Map(), 0);

  private constructor(
    private readonly order: string[],
    private readonly places: Map<string, number>,
    readonly size: number,
  ) {}

  has(id: string): boolean {
    const place = this.places.get(id);
    return place !== undefined && place < this.size;
  }

  /** This set and the id. */
  with(id: string): TakenIds {
    if (this.has(id)) return this;
    const next = this.order[this.size];
    // The same step was taken before from here: a state that is folded again.
    if (next === id) return new TakenIds(this.order, this.places, this.size + 1);
    // Another way was taken from here, or this is the empty set that everybody begins with.
    if (next !== undefined || this.size === 0) return this.apart().append(id);
    return this.append(id);
  }

  private append(id: string): TakenIds {
    this.order.push(id);
    this.places.set(id, this.size);
    return new TakenIds(this.order, this.places, this.size + 1);
  }

  private apart(): TakenIds {
    const order = this.order.slice(0, this.size);
    return new TakenIds(order, new Map(order.map((id, place) => [id, place])), this.size);
  }
}
