/** Serves the exported pages with their policies, and the recorded network as the API. */
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { recordedNetwork } from '../recorded.ts';

const OUT = 'out';
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};
const NOTHING_ALLOWED = "default-src 'none'; frame-ancestors 'none'";
/** Pages that one exported file serves for every id. */
const DYNAMIC = /^\/(windows|miners|validators|enclaves|checkpoints|events)\/(?!_)([^/]+)(?=\/|$)/;

interface Page {
  items: readonly Readonly<Record<string, unknown>>[];
  next: string | null;
}

/** What happened on the chain, as the stream tells it. */
export interface Happening {
  readonly sequence: number;
  readonly kind: string;
  readonly topic: string;
  readonly timeMs: number;
}

export class Site {
  readonly answers = recordedNetwork();
  /** Whether the API and the stream answer; if not, connections are cut. */
  answering = true;
  /** Requests for the stream so far, with the `Last-Event-ID` of each. */
  readonly streamRequests: (string | undefined)[] = [];

  private readonly policies = JSON.parse(readFileSync(join(OUT, 'csp.json'), 'utf8')) as Record<string, string>;
  private readonly streams = new Set<ServerResponse>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Site> {
    const server = createServer();
    const site = new Site(server);
    server.on('request', (request, response) => site.serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return site;
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** An answer to change before a page asks for it. */
  answer<T>(path: string): T {
    const found = this.answers[path];
    if (found === undefined) {
      throw new Error(`nothing is recorded for ${path}`);
    }
    return found as T;
  }

  /** Tells every open stream of an event. */
  emit({ sequence, kind, topic, timeMs }: Happening): void {
    const data = JSON.stringify({ sequence, timeMs, kind, window: null, miner: null, validator: null });
    this.streams.forEach((stream) => stream.write(`id: ${sequence}\nevent: ${topic}\ndata: ${data}\n\n`));
  }

  /** Ends all streams, as a node that stops. */
  cut(): void {
    this.answering = false;
    this.streams.forEach((stream) => stream.destroy());
    this.streams.clear();
  }

  async stop(): Promise<void> {
    this.cut();
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const address = new URL(request.url ?? '/', this.origin);
    if (address.pathname.startsWith('/v1/') && !this.answering) {
      request.socket.destroy();
    } else if (address.pathname === '/v1/stream') {
      this.stream(request, response);
    } else if (address.pathname.startsWith('/v1/')) {
      this.api(address, response);
    } else {
      this.file(address.pathname, response);
    }
  }

  private stream(request: IncomingMessage, response: ServerResponse): void {
    this.streamRequests.push(request.headers['last-event-id'] as string | undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('retry: 200\n\n');
    this.streams.add(response);
    request.on('close', () => this.streams.delete(response));
  }

  private api(address: URL, response: ServerResponse): void {
    const answer = this.answers[address.pathname];
    if (answer === undefined) {
      this.json(response, 404, { status: 404, message: `there is nothing at ${address.pathname}` });
    } else {
      this.json(response, 200, isPage(answer) ? listed(answer, address.searchParams) : answer);
    }
  }

  private json(response: ServerResponse, status: number, body: unknown): void {
    response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(JSON.stringify(body));
  }

  private file(pathname: string, response: ServerResponse): void {
    const path = normalize(decodeURIComponent(pathname)).replace(DYNAMIC, '/$1/_');
    const name = path.endsWith('/') ? `${path}index.html` : extname(path) === '' ? `${path}/index.html` : path;
    const found = isFile(join(OUT, name)) ? name : '/404.html';
    response.writeHead(found === name ? 200 : 404, {
      'content-type': TYPES[extname(found)] ?? 'application/octet-stream',
      'x-content-type-options': 'nosniff',
      'content-security-policy': this.policies[found] ?? NOTHING_ALLOWED,
    });
    response.end(readFileSync(join(OUT, found)));
  }
}

function isPage(answer: unknown): answer is Page {
  return typeof answer === 'object' && answer !== null && 'items' in answer && 'next' in answer;
}

/** Sorts, filters and divides into pages as the API does, by any field. */
function listed(page: Page, parameters: URLSearchParams): Page {
  const sort = parameters.get('sort') ?? '';
  const key = sort.replace(/^-/, '');
  const wanted = [...parameters].filter(([name]) => !['sort', 'limit', 'after', 'format', 'q'].includes(name));
  const items = page.items.filter((item) => wanted.every(([name, value]) => String(item[name]) === value));
  const sign = sort.startsWith('-') ? -1 : 1;
  const ordered = key === '' ? items : [...items].sort((a, b) => sign * compared(a[key], b[key]));
  const from = Number(parameters.get('after') ?? 0);
  const to = from + Number(parameters.get('limit') ?? 50);
  return { items: ordered.slice(from, to), next: to < ordered.length ? String(to) : null };
}

function compared(a: unknown, b: unknown): number {
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) ? String(a).localeCompare(String(b)) : difference;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
