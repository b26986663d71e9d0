import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { ActivityModule } from '../activity/activity.module.js';
import { GiveFeedbackHandler } from './commands/give-feedback.js';
import { FeedbackController } from './http/feedback.controller.js';

/** What people say of classifications. */
@Module({ imports: [CqrsModule, ActivityModule], controllers: [FeedbackController], providers: [GiveFeedbackHandler] })
export class FeedbackModule {}
