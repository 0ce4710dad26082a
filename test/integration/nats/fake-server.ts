import { createServer, type Server, type Socket } from 'node:net';
import { type AddressInfo } from 'node:net';

const LINE_END = '\r\n';

/** One connection of a client, and every publication that came on it, byte by byte. */
export class Recorded {
  readonly #socket: Socket;
  readonly #frames: Buffer[] = [];
  #rest: Buffer = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#read(Buffer.concat([this.#rest, chunk]));
    });
    socket.on('error', () => undefined);
  }

  get publications(): readonly Buffer[] {
    return this.#frames;
  }

  break(): void {
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    let at = 0;
    for (let end = frameEnd(bytes, at); end !== undefined; end = frameEnd(bytes, at)) {
      this.#take(bytes.subarray(at, end));
      at = end;
    }
    this.#rest = bytes.subarray(at);
  }

  #take(frame: Buffer): void {
    if (isPublication(frame)) this.#frames.push(frame);
    else if (frame.toString() === `PING${LINE_END}`) this.#socket.write(`PONG${LINE_END}`);
  }
}

const isPublication = (bytes: Buffer) => /^H?PUB /.test(bytes.subarray(0, 5).toString('latin1'));

/** Where the frame ends that begins here; undefined when its end has not come. */
function frameEnd(bytes: Buffer, at: number): number | undefined {
  const lineEnd = bytes.indexOf(LINE_END, at);
  if (lineEnd === -1) return undefined;
  const line = bytes.subarray(at, lineEnd);
  const size = isPublication(line) ? Number(line.toString().split(' ').at(-1)) + LINE_END.length : 0;
  const end = lineEnd + LINE_END.length + size;
  return end <= bytes.length ? end : undefined;
}

/** Says what a server must say, takes everything, and answers nothing but pings. */
export class FakeServer {
  readonly connections: Recorded[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(maxPayload: number): Promise<FakeServer> {
    const info = { server_id: 'fake', server_name: 'fake', version: '2.12.1', proto: 1, headers: true };
    const server = createServer((socket) => {
      socket.write(`INFO ${JSON.stringify({ ...info, max_payload: maxPayload })}${LINE_END}`);
      fake.connections.push(new Recorded(socket));
    });
    const fake = new FakeServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return fake;
  }

  get url(): string {
    return `nats://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const connection of this.connections) connection.break();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
