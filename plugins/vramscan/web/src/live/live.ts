/** What pages know of the stream: its state, and a call when something of a topic happened. */
import { useSyncExternalStore } from 'react';
import { openStream, type Connection, type LiveMessage } from './stream.ts';

type Listener = (message: LiveMessage) => void;

const listeners = new Set<Listener>();
let connection: Connection = 'connecting';
let started = false;

/** Hears every message until the returned function is called; the first listener opens the stream. */
export function listen(listener: Listener): () => void {
  listeners.add(listener);
  start();
  return () => listeners.delete(listener);
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    listen,
    () => connection,
    () => 'connecting',
  );
}

function start(): void {
  if (started) {
    return;
  }
  started = true;
  if (typeof SharedWorker === 'undefined') {
    openStream(hear);
    return;
  }
  const worker = new SharedWorker('/live-worker.js', { name: 'vramscan-live' });
  worker.port.onmessage = (message: MessageEvent<LiveMessage>) => hear(message.data);
  worker.onerror = () => openStream(hear);
}

function hear(message: LiveMessage): void {
  if (message.type === 'connection') {
    connection = message.connection;
  }
  listeners.forEach((listener) => listener(message));
}
