/** Current preferences, one row per organization and key. Serves GET /v1/preferences. */
import { Injectable } from '@nestjs/common';
import { projection, table } from '../../event-sourcing/projections/projection.js';
import type { OrgId } from '../../identity/domain/caller.js';
import { Db, DatabaseUnavailable } from '../../platform/postgres.js';
import type { ContentMode, ModelId, Optimization, ProviderSlug, Task } from '../../routing/domain/vocabulary.js';
import type { PreferencesEvent } from '../domain/preferences.js';

export const preferencesTable = table('preferences', { key: { org_id: 'text', key: 'text' }, set: { value: 'jsonb', updated_at: 'timestamptz' } });

export const preferencesProjection = projection<PreferencesEvent>({
  name: 'preferences',
  version: 1,
  tables: [preferencesTable],
  on: {
    PreferenceSet: ({ metadata, data }) => preferencesTable.put({ org_id: metadata.orgId, key: data.key }, { value: data.value, updated_at: metadata.at }),
    PreferenceDeleted: ({ metadata, data }) => preferencesTable.remove({ org_id: metadata.orgId, key: data.key }),
  },
});

/** Every key of the contract; null where the organization prefers nothing. */
export interface PreferencesView {
  readonly default_optimization: Optimization;
  readonly default_task: Task | null;
  readonly excluded_providers: readonly ProviderSlug[];
  readonly excluded_models: readonly ModelId[];
  readonly preferred_providers: readonly ProviderSlug[];
  readonly content_mode_default: ContentMode | null;
}

export const safeDefaults: PreferencesView = {
  default_optimization: 'balanced',
  default_task: null,
  excluded_providers: [],
  excluded_models: [],
  preferred_providers: [],
  content_mode_default: null,
};

@Injectable()
export class PreferencesQuery {
  constructor(private readonly db: Db) {}

  /** Safe defaults, and `fromDatabase` false, when the database is down: a read of preferences never fails. */
  async of(orgId: OrgId): Promise<{ readonly view: PreferencesView; readonly fromDatabase: boolean }> {
    try {
      const rows = await this.db.query<{ key: string; value: unknown }>('SELECT key, value FROM preferences WHERE org_id = $1', [orgId], 'preferences of');
      return { view: { ...safeDefaults, ...Object.fromEntries(rows.map(({ key, value }) => [key, value])) }, fromDatabase: true };
    } catch (error) {
      if (error instanceof DatabaseUnavailable) return { view: safeDefaults, fromDatabase: false };
      throw error;
    }
  }
}
