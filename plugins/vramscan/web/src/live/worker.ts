/** The shared worker: holds the one stream of this browser and passes it on to every tab. */
import { openStream, type Connection } from './stream.ts';

interface WorkerScope {
  onconnect: (event: MessageEvent) => void;
}

const ports: MessagePort[] = [];
let connection: Connection = 'connecting';

// The type library of pages does not know a worker's scope.
(globalThis as unknown as WorkerScope).onconnect = ({ ports: [port] }) => {
  if (port) {
    ports.push(port);
    port.postMessage({ type: 'connection', connection });
  }
};

openStream((message) => {
  if (message.type === 'connection') {
    connection = message.connection;
  }
  ports.forEach((port) => port.postMessage(message));
});
