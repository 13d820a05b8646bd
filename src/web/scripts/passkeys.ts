/**
 * Signing in with a passkey, and adding one. The parts of the page for it are hidden until this
 * finds that the browser has passkeys and that the site has an address they work at.
 */

type Ways = {
  /** Asks the person, and gives what they answered. */
  readonly ask: (options: unknown) => Promise<Credential | null>;
  readonly address: string;
  /** What is sent along with the answer. */
  readonly details: () => Readonly<Record<string, string>>;
};

const hasPasskeys =
  typeof PublicKeyCredential === 'function' &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential &&
  // A passkey belongs to a name; an address of numbers is none.
  !/^[\d.]+$|^\[/.test(location.hostname);

if (hasPasskeys) {
  for (const part of document.querySelectorAll<HTMLElement>('[data-passkeys]')) offer(part);
}

function offer(part: HTMLElement): void {
  const button = part.querySelector<HTMLButtonElement>('[data-passkeys-button]');
  const outcome = part.querySelector<HTMLElement>('[data-passkeys-outcome]');
  if (!button || !outcome) return;
  const ways = part.dataset.passkeys === 'register' ? registering(part) : signingIn(part);
  button.addEventListener('click', async () => {
    button.disabled = true;
    outcome.textContent = 'Your device asks you now.';
    try {
      const { next } = await perform(ways, part.dataset.csrf ?? '');
      location.assign(next);
    } catch (error) {
      outcome.textContent = wordsFor(error);
      button.disabled = false;
    }
  });
  part.hidden = false;
}

function signingIn(part: HTMLElement): Ways {
  return {
    ask: (options) =>
      navigator.credentials.get({
        publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(
          options as PublicKeyCredentialRequestOptionsJSON,
        ),
      }),
    address: '/passkeys/sign-in',
    details: () => ({ back: part.dataset.back ?? '/' }),
  };
}

function registering(part: HTMLElement): Ways {
  const label = part.querySelector<HTMLInputElement>('[data-passkeys-label]');
  return {
    ask: (options) =>
      navigator.credentials.create({
        publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(
          options as PublicKeyCredentialCreationOptionsJSON,
        ),
      }),
    address: '/passkeys/register',
    details: () => ({ label: label?.value ?? '' }),
  };
}

async function perform({ ask, address, details }: Ways, csrf: string): Promise<{ next: string }> {
  const credential = await ask(await post(`${address}/options`, {}, csrf));
  const answer = (credential as PublicKeyCredential).toJSON();
  return (await post(address, { answer, ...details() }, csrf)) as { next: string };
}

/** What the site refused, in its own words. */
class Refusal extends Error {}

async function post(address: string, body: object, csrf: string): Promise<unknown> {
  const response = await fetch(address, {
    method: 'POST',
    headers: {
      Accept: 'application/json',
      'Content-Type': 'application/json',
      'X-CSRF-Token': csrf,
    },
    body: JSON.stringify(body),
  });
  const answer = await response.json();
  if (!response.ok) throw new Refusal(`${answer.error.message} ${answer.error.fix}`);
  return answer;
}

function wordsFor(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const { name } = error as Error;
  if (name === 'NotAllowedError' || name === 'AbortError') {
    return 'Nothing was chosen. You can try again.';
  }
  if (name === 'InvalidStateError') return 'This device has a passkey for your account already.';
  if (name === 'SecurityError') return 'Passkeys do not work at this address of the site.';
  return 'That did not work. Try again, or sign in another way.';
}
