import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { CatalogModule } from '../catalog/catalog.module.js';
import { PointsOfThePast } from '../event-sourcing/as-of.js';
import { RecentWrites } from '../event-sourcing/projections/recent-writes.js';
import { ChangePreferencesHandler } from './commands/change-preferences.js';
import { PreferencesController } from './http/preferences.controller.js';
import { PastPreferences } from './read-model/past-preferences.js';
import { preferencesProjection, PreferencesQuery } from './read-model/preferences.js';
import { Suggestions } from './read-model/suggestions.js';

/** What an organization asks of the router, and what its use suggests it might ask. */
@Module({
  imports: [CqrsModule, CatalogModule],
  controllers: [PreferencesController],
  providers: [ChangePreferencesHandler, PreferencesQuery, PastPreferences, PointsOfThePast, Suggestions],
})
export class PreferencesModule {
  constructor(recent: RecentWrites) {
    recent.watch(preferencesProjection);
  }
}
