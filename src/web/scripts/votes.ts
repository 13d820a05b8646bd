/**
 * Votes without leaving the page. A form with `data-vote` works by itself; this sends it in the
 * background and writes the new count into the button. Whatever goes wrong, the form is sent as
 * it would have been without this.
 */

type VoteAnswer = { readonly votes: number; readonly voted: boolean };

/** Two presses at once would be answered in any order. */
const underWay = new WeakSet<HTMLFormElement>();

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.hasAttribute('data-vote')) return;
  event.preventDefault();
  if (underWay.has(form)) return;
  underWay.add(form);
  send(form)
    .then((answer) => show(form, answer))
    // `submit()` tells no listener, so that this ends here.
    .catch(() => form.submit())
    .finally(() => underWay.delete(form));
});

async function send(form: HTMLFormElement): Promise<VoteAnswer> {
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  const response = await fetch(form.action, {
    method: 'POST',
    headers: { Accept: 'application/json' },
    body: new URLSearchParams(fields),
  });
  if (!response.ok) throw new Error(`status ${response.status}`);
  return response.json();
}

/** Of one paper there may be several buttons on a page. */
function show(sent: HTMLFormElement, { votes, voted }: VoteAnswer): void {
  const words = votes === 1 ? '1 vote' : `${votes.toLocaleString('en-GB')} votes`;
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-vote]')) {
    if (paperOf(form) !== paperOf(sent)) continue;
    form.action = voted ? '/votes/undo' : '/votes';
    form.querySelector('[data-vote-button]')?.setAttribute('aria-pressed', String(voted));
    const count = form.querySelector('[data-vote-count]');
    if (count) count.textContent = words;
  }
  announce(voted ? `You voted: ${words}.` : `Vote taken back: ${words}.`);
}

function paperOf(form: HTMLFormElement): string {
  return String(new FormData(form).get('paper'));
}

/** For whoever hears the page. It is there from the start, since new ones are not always heard. */
const status = document.createElement('p');
status.className = 'hidden';
status.setAttribute('role', 'status');
document.body.append(status);

function announce(text: string): void {
  status.textContent = text;
}
