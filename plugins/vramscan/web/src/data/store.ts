/** Answers of the API, each fetched once for all who show it and again when the chain moved on. */
import { useCallback, useSyncExternalStore } from 'react';
import { listen } from '../live/live.ts';

/** The API refused or is out of reach; the message is for people. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

export type Answer<T> =
  | { readonly state: 'loading' }
  /** `problem` is set while a newer answer cannot be had. */
  | { readonly state: 'ready'; readonly value: T; readonly receivedAtMs: number; readonly problem?: ApiError }
  | { readonly state: 'failed'; readonly problem: ApiError };

const LOADING = { state: 'loading' } as const;
const RETRY_MS = 3_000;
/** Events come in bursts; one refetch follows a burst. */
const SETTLE_MS = 250;

/** Fetches JSON; throws an {@link ApiError} with the server's own sentence where it gave one. */
export async function fetchJson<T>(path: string): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, { headers: { accept: 'application/json' } });
  } catch {
    throw new ApiError(0, 'The node does not answer. This page tries again by itself.');
  }
  if (!response.ok) {
    throw new ApiError(response.status, await refusal(response));
  }
  return (await response.json()) as T;
}

async function refusal(response: Response): Promise<string> {
  try {
    const { message } = (await response.json()) as { message?: unknown };
    return typeof message === 'string' ? message : `The node answers ${response.status}.`;
  } catch {
    return `The node answers ${response.status} without a reason.`;
  }
}

class Entry {
  answer: Answer<unknown> = LOADING;
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private loading = false;
  private again = false;
  private stop: (() => void) | undefined;

  constructor(private readonly path: string) {}

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    if (this.listeners.size === 1) {
      this.stop = listen((message) => {
        if (message.type !== 'connection') {
          this.schedule(SETTLE_MS);
        }
      });
      void this.load();
    }
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) {
        clearTimeout(this.timer);
        this.timer = undefined;
        this.stop?.();
      }
    };
  }

  private schedule(delayMs: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.load();
    }, delayMs);
  }

  private async load(): Promise<void> {
    if (this.loading) {
      this.again = true;
      return;
    }
    this.loading = true;
    try {
      this.set({ state: 'ready', value: await fetchJson(this.path), receivedAtMs: Date.now() });
    } catch (error) {
      this.fail(error instanceof ApiError ? error : new ApiError(0, String(error)));
    } finally {
      this.loading = false;
    }
    if (this.again && this.listeners.size > 0) {
      this.again = false;
      this.schedule(SETTLE_MS);
    }
  }

  private fail(problem: ApiError): void {
    const { answer } = this;
    this.set(answer.state === 'ready' ? { ...answer, problem } : { state: 'failed', problem });
    const passing = problem.status === 0 || problem.status >= 500;
    if (passing && this.listeners.size > 0) {
      this.schedule(RETRY_MS);
    }
  }

  private set(answer: Answer<unknown>): void {
    this.answer = answer;
    this.listeners.forEach((listener) => listener());
  }
}

const entries = new Map<string, Entry>();

function entry(path: string): Entry {
  const found = entries.get(path) ?? new Entry(path);
  entries.set(path, found);
  return found;
}

/** The newest answer for a path of the API; nothing is asked while the path is undefined. */
export function useAnswer<T>(path: string | undefined): Answer<T> {
  const subscribe = useCallback(
    (listener: () => void) => (path === undefined ? () => {} : entry(path).subscribe(listener)),
    [path],
  );
  const snapshot = () => (path === undefined ? LOADING : entry(path).answer) as Answer<T>;
  return useSyncExternalStore(subscribe, snapshot, () => LOADING);
}
