/** The loop that most people write first: await each publish, then ack. Its argument is JSON: url, stream, consumer, percent. */
import { jetstream } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { applyJob } from '../job.ts';

type Options = { url: string; stream: string; consumer: string; percent: number };

const { url, stream, consumer: name, percent } = JSON.parse(process.argv[2] ?? '{}') as Options;
const js = jetstream(await connect({ servers: url }));
const consumer = await js.consumers.get(stream, name);
for await (const message of await consumer.consume()) {
  const result = applyJob(message.string(), percent);
  if (result !== undefined) await js.publish(result.subject, result.text, { msgID: `naive-${message.seq}` });
  message.ack();
}
