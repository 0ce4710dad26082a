import type { Publisher } from '@streamjob/nats';
import { classify, classifyDeadLetter } from '../delivery/classify.ts';
import type { Sink } from './sink.ts';

/** Publishes results to whatever stream binds their subjects; the stream's answer confirms them. */
export function jetStreamSink(publisher: Pick<Publisher, 'publish'>): Sink {
  return {
    publish: (batch, onVerdict) => {
      publisher.publish(batch, (index, answer) => {
        onVerdict(index, classify(answer));
      });
    },
  };
}

/** The same for dead letters, where one that is there already counts as stored. */
export function deadLetterSink(publisher: Pick<Publisher, 'publish'>): Sink {
  return {
    publish: (batch, onVerdict) => {
      publisher.publish(batch, (index, answer) => {
        onVerdict(index, classifyDeadLetter(answer));
      });
    },
  };
}
