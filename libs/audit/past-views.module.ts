/** The routing view of any point of the past, for whoever answers questions about it. */
import { Module } from '@nestjs/common';
import { PastViews } from './replay/past-views.js';

@Module({ providers: [PastViews], exports: [PastViews] })
export class PastViewsModule {}
