import { Injectable } from '@nestjs/common';
import { Refused } from '../../event-sourcing/domain/decider.js';
import { Config } from '../../platform/config.js';
import { Pepper } from '../credentials/pepper.js';
import { Organizations } from '../read-model/organizations.js';

/** Where a new person belongs: to the organization that invited them, or to a new one of their own. */
export type Belonging = { readonly invitation: string } | { readonly organizationName: string };

/** Who may sign up at all. Asked before anything else, so that a stranger learns nothing about who has an account. */
@Injectable()
export class Entrance {
  constructor(
    private readonly config: Config,
    private readonly pepper: Pepper,
    private readonly organizations: Organizations,
  ) {}

  /** Where the operator pays for what organizations use, only invited people get in; where they pay first, anyone may. */
  refuseStrangers(belonging: Belonging): void {
    if ('invitation' in belonging) {
      if (!this.organizations.invitationOf(this.pepper.digest('invitation', belonging.invitation))) {
        throw new Refused('invitation_not_found', 'this invitation is not valid, or no longer', 'invitation');
      }
      return;
    }
    if (this.config.billing === 'prepaid') return;
    throw new Refused('sign_up_not_allowed', 'signing up needs an invitation here: ask an administrator for one', 'invitation');
  }
}
