import { Controller, HttpCode, Post, Req, Res, type RawBodyRequest } from '@nestjs/common';
import { ApiAcceptedResponse, ApiForbiddenResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Access } from '../../identity/exports.js';
import { ApiError, notFound } from '../../platform/http/api-error.js';
import { DeliveryReceiver } from '../commands/receive-delivery.js';
import { PolarSignatures } from './polar-signature.js';

@ApiTags('wallet')
@Controller('v1/webhooks/polar')
export class PolarWebhookController {
  constructor(
    private readonly signatures: PolarSignatures,
    private readonly deliveries: DeliveryReceiver,
  ) {}

  /** Answers once the delivery is durable; the wallet follows within moments. */
  @Post()
  @HttpCode(202)
  @Access('webhook')
  @ApiOperation({
    summary: 'Deliveries of the payment provider: a paid purchase credits the wallet, a refund takes it back',
    description:
      'Standard Webhooks signature over the raw body. Subscribe the endpoint to checkout.updated, order.paid, order.refunded, refund.created and refund.updated. ' +
      'A purchase counts once, whichever of its checkout and its order comes first; the organization is metadata.organization_id, else the external id of the customer.',
  })
  @ApiAcceptedResponse({ description: '{received: true}' })
  @ApiForbiddenResponse({ description: 'The signature is wrong, missing, or older than five minutes.' })
  async receive(@Req() request: RawBodyRequest<FastifyRequest>, @Res({ passthrough: true }) reply: FastifyReply): Promise<{ received: true }> {
    if (!this.signatures.isConfigured) throw notFound('No webhook secret is configured: set POLAR_WEBHOOK_SECRET.', 'webhooks_not_configured');
    const body = request.rawBody ?? Buffer.alloc(0);
    const refusal = this.signatures.refusalOf(body, request.headers);
    if (refusal !== null) throw new ApiError(403, 'permission_error', 'invalid_signature', `The delivery is refused: ${refusal}.`);
    const received = await this.deliveries.receive({
      deliveryId: String(request.headers['webhook-id']), body, json: request.body, at: new Date().toISOString(),
    });
    if (received.kind === 'recorded') void reply.header('x-gr-position', received.position.toString());
    return { received: true };
  }
}
