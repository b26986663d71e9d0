import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CatalogModule } from '../catalog/catalog.module.js';
import { LiveCatalog } from '../catalog/exports.js';
import { PointsOfThePast } from '../event-sourcing/as-of.js';
import { RecentWrites } from '../event-sourcing/projections/recent-writes.js';
import { ChangePreferencesHandler } from './commands/change-preferences.js';
import type { KnownNames } from './domain/parse-preference.js';
import { PreferencesController } from './http/preferences.controller.js';
import { KNOWN_NAMES } from './known-names.js';
import { PastPreferences } from './read-model/past-preferences.js';
import { preferencesProjection, PreferencesQuery } from './read-model/preferences.js';
import { Suggestions } from './read-model/suggestions.js';

/** What an organization asks of the router, and what its use suggests it might ask. */
@Module({
  imports: [CqrsModule, CatalogModule],
  controllers: [PreferencesController],
  providers: [ChangePreferencesHandler, PreferencesQuery, PastPreferences, PointsOfThePast, Suggestions, { provide: KNOWN_NAMES, inject: [LiveCatalog], useFactory: namesOf }],
})
export class PreferencesModule {
  constructor(recent: RecentWrites) {
    recent.watch(preferencesProjection);
  }
}

function namesOf(catalog: LiveCatalog): KnownNames {
  return {
    hasModel: (id) => catalog.latest().byId(id) !== null,
    hasProvider: (slug) => catalog.latest().models.some(({ provider }) => provider === slug),
  };
}
