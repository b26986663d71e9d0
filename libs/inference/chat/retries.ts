/** The retry budget of this process. */
import { allows, earn, fullBudget, spend } from '../domain/retry-budget.js';

export class Retries {
  private budget = fullBudget;

  called(): void {
    this.budget = earn(this.budget);
  }

  allowed(): boolean {
    return allows(this.budget);
  }

  spent(): void {
    this.budget = spend(this.budget);
  }
}
