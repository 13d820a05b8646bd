/**
 * How an instance gets its first operator: by a link that is printed where the program was
 * started, which only those who run it can read. There is no default account and no default
 * secret, and once an operator exists every such link is used up.
 */

import { BroadsheetError } from '../errors.js';
import type { AccountStore } from './account-store.js';
import type { OneTimeSecretStore } from './one-time-secret-store.js';
import { acceptEmail, acceptName } from './refusals.js';
import type { SessionStore } from './session-store.js';
import type { Asker, SignedIn } from './sign-in.js';

export type FirstOperator = {
  /**
   * Called at each start: the path of a new link, unless there is an operator. Earlier links
   * hold, too, until one of them is used: whoever has them reads the same output.
   */
  readonly offer: () => Promise<string | undefined>;
  /** @throws BroadsheetError `not_found`, or `used_up` also when there is an operator by now */
  readonly look: (token: string) => Promise<void>;
  /**
   * Makes the operator and signs them in. What they typed is checked first, so that a mistake
   * leaves the link as it was.
   *
   * @throws BroadsheetError `not_acceptable`, `conflict`, and as `look` does
   */
  readonly confirm: (
    token: string,
    who: { readonly name: string; readonly email: string },
    asker: Pick<Asker, 'userAgent' | 'network'>,
  ) => Promise<SignedIn>;
};

export const FIRST_OPERATOR_HOURS = 24;

const PURPOSE = 'first-operator';
const SUBJECT = 'instance';

export function createFirstOperator({
  accounts,
  sessions,
  secrets,
}: {
  readonly accounts: Pick<AccountStore, 'countOperators' | 'isNameFree' | 'byEmail' | 'create'>;
  readonly sessions: Pick<SessionStore, 'open'>;
  readonly secrets: Pick<OneTimeSecretStore, 'make' | 'look' | 'useForAll'>;
}): FirstOperator {
  const look: FirstOperator['look'] = async (token) => {
    const { status } = await secrets.look(PURPOSE, token);
    if (status === 'unknown') throw new BroadsheetError('not_found', 'There is no such link.');
    if (status !== 'usable' || (await accounts.countOperators()) > 0) throw usedUp();
  };

  return {
    async offer() {
      if ((await accounts.countOperators()) > 0) return undefined;
      const { token } = await secrets.make({
        purpose: PURPOSE,
        subject: SUBJECT,
        details: {},
        livesMs: FIRST_OPERATOR_HOURS * 3_600_000,
      });
      return `/sign-in/first/${token}`;
    },

    look,

    async confirm(token, who, { userAgent, network }) {
      await look(token);
      const name = acceptName(who.name);
      const email = acceptEmail(who.email);
      if (await accounts.byEmail(email.address)) throw taken(`The address ${email.address}`);
      if (!(await accounts.isNameFree(name)))
        throw taken(`The name ${name}, or one that looks like it,`);
      const { status } = await secrets.useForAll(PURPOSE, SUBJECT, token);
      if (status !== 'used') throw usedUp();
      const account = await accounts.create({
        email: email.address,
        name,
        role: 'operator',
        network,
      });
      const session = await sessions.open(account.id, { userAgent, method: 'operator' });
      return { token: session.token, sessionId: session.id, account, isNew: true };
    },
  };
}

function usedUp(): BroadsheetError {
  return new BroadsheetError('used_up', 'This link is used up, or there is an operator already.', {
    fix: 'Start the program again, or run: broadsheet account create EMAIL --operator',
  });
}

function taken(what: string): BroadsheetError {
  return new BroadsheetError('conflict', `${what} belongs to an account that is here already.`, {
    fix: 'Give another, or make that account an operator: broadsheet account role NAME operator',
  });
}
