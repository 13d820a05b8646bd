/** Whether an address of ours answers when it is asked from here. */

export type Reached =
  | { readonly status: 'answered'; readonly httpStatus: number }
  | { readonly status: 'failed'; readonly reason: string };

const TIMEOUT_MS = 10_000;

export async function reach(url: string, fetch: typeof globalThis.fetch): Promise<Reached> {
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.body?.cancel();
    return { status: 'answered', httpStatus: response.status };
  } catch (error) {
    const { cause, name, message } = error as Error & { cause?: NodeJS.ErrnoException };
    const reason = name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? message);
    return { status: 'failed', reason };
  }
}
