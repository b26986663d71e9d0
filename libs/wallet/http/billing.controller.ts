import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, Put, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { EventLog } from '../../event-sourcing/event-log.js';
import { LiveFolds } from '../../event-sourcing/live-folds.js';
import { ReadsAfterWrites } from '../../event-sourcing/projections/read-your-writes.js';
import { Access, Caller, type OrgId } from '../../identity/exports.js';
import { dollars, fromPico, toDollars, toPico, type PicoDollars } from '../../money/money.js';
import { Config } from '../../platform/config.js';
import { invalid } from '../../platform/http/api-error.js';
import { publicAddresses } from '../../platform/public-address.js';
import { BudgetTerms } from '../budgets.js';
import { signingSecret } from '../commands/send-notices.js';
import { billing, type Billing, type BillingCommand, type BillingEvent } from '../domain/billing.js';
import { SpendingQuery } from '../read-model/spending.js';
import { BudgetsDto, NewNoticeTermsDto, NoticeTermsBody, NoticeTermsDto, OrganizationBudgetBody } from './wallet.dto.js';

/** How much may be spent, and when the organization is told. */
@ApiTags('wallet')
@Controller('v1/wallet')
export class BillingController {
  private readonly addresses;

  constructor(
    private readonly log: EventLog,
    private readonly folds: LiveFolds,
    private readonly terms: BudgetTerms,
    private readonly spending: SpendingQuery,
    private readonly config: Config,
  ) {
    this.addresses = publicAddresses(config.webhookAllow);
  }

  @Get('budgets')
  @Access('org:wallet')
  @ReadsAfterWrites('spending')
  @ApiOperation({ summary: 'The budgets that are set for the organization and for the key that asks, and what is spent of them' })
  @ApiOkResponse({ type: BudgetsDto })
  async budgets(@Caller() { orgId, keyId }: Caller): Promise<BudgetsDto> {
    const set = this.terms.of({ orgId, keyId, at: new Date().toISOString() });
    const budgets = set.map(async ({ scope, period, limit }) => ({
      scope, period, budget_dollars: toDollars(limit), spent_dollars: toDollars(await this.spending.spent(orgId, scope, period)),
    }));
    return { budgets: await Promise.all(budgets) };
  }

  @Put('budgets')
  @Access('org:wallet')
  @ApiOperation({ summary: 'Set what all keys together may spend; the budget of one key is set with the key' })
  @ApiOkResponse({ type: BudgetsDto })
  async setBudgets(@Caller() caller: Caller, @Body() body: OrganizationBudgetBody, @Res({ passthrough: true }) reply: FastifyReply): Promise<BudgetsDto> {
    // An empty or forgotten body must not take budgets away.
    if (body?.per_day_dollars === undefined && body?.per_month_dollars === undefined) throw invalid('per_day_dollars', 'per_day_dollars or per_month_dollars must be there; null means no limit');
    await this.change(caller, { type: 'SetOrganizationBudget', perDay: pico(body.per_day_dollars), perMonth: pico(body.per_month_dollars) }, reply);
    return this.budgets(caller);
  }

  @Get('notices')
  @Access('org:wallet')
  @ApiOperation({ summary: 'When the organization is told of its money, and where' })
  @ApiOkResponse({ type: NoticeTermsDto })
  async notices(@Caller() { orgId }: Caller): Promise<NoticeTermsDto> {
    let state = billing.initial;
    for await (const event of this.log.read(`billing-${orgId}`)) state = billing.evolve(state, event as unknown as BillingEvent);
    return noticeTerms(state);
  }

  @Put('notices')
  @Access('org:wallet')
  @ApiOperation({ summary: 'Set where notices are posted, and below which balance; answers with the secret that checks their signatures' })
  @ApiOkResponse({ type: NewNoticeTermsDto })
  async setNotices(@Caller() caller: Caller, @Body() body: NoticeTermsBody, @Res({ passthrough: true }) reply: FastifyReply): Promise<NewNoticeTermsDto> {
    if (body.url && URL.canParse(body.url) && !this.addresses.mayName(body.url)) throw invalid('url', 'url must be an address that is reached over the Internet');
    const command: BillingCommand = { type: 'SetNoticeTerms', url: body.url ?? null, lowBalance: pico(body.low_balance_dollars), topUp: pico(body.top_up_dollars) };
    const state = await this.change(caller, command, reply);
    return { ...noticeTerms(state), signing_secret: signingSecret(this.config.masterKey, caller.orgId) };
  }

  /** Answered once this process itself has seen the change. */
  private async change({ orgId, actor }: { orgId: OrgId; actor: Caller['actor'] }, command: BillingCommand, reply: FastifyReply): Promise<Billing> {
    const commandId = randomUUID();
    const context = { orgId, actor, commandId, correlationId: commandId, at: new Date().toISOString() };
    const { position, state } = await this.log.decide<Billing, BillingCommand, BillingEvent>(`billing-${orgId}`, billing, command, context);
    void reply.header('x-gr-position', position.toString());
    await this.folds.waitFor(position, 1_000);
    return state;
  }
}

const pico = (text: string | null | undefined): PicoDollars | null => (text === null || text === undefined ? null : toPico(dollars(text)));
const shown = (amount: PicoDollars | null): string | null => (amount === null ? null : toDollars(fromPico(amount)));

const noticeTerms = ({ notices: { url, lowBalance, topUp } }: Billing): NoticeTermsDto => ({ url, low_balance_dollars: shown(lowBalance), top_up_dollars: shown(topUp) });
