/** The routing view of any point of the past, for whoever answers questions about it. */
import { Global, Module } from '@nestjs/common';
import { PAST_VIEWS } from '../routing/domain/past-view-source.js';
import { PastViews } from './replay/past-views.js';

/** Global, because routing answers questions of the past where somebody keeps them. */
@Global()
@Module({ providers: [PastViews, { provide: PAST_VIEWS, useExisting: PastViews }], exports: [PastViews, PAST_VIEWS] })
export class PastViewsModule {}
