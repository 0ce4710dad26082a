import { EvaluationError, type MessageView } from '@streamjob/expressions';
import { encodeJson } from '../codecs/index.ts';
import { fits, forwardedHeaders } from './headers.ts';
import { type Passed } from './segment.ts';
import { type CompiledSink } from './sink.ts';
import { type Emission, type Failure, type Header, type Outcome, type SourceMessage } from './types.ts';

const UNROUTED: Outcome = { kind: 'unrouted' };
const NOTHING = new Uint8Array(0);

export type Router = {
  readonly sinks: readonly CompiledSink[];
  readonly identify: (message: SourceMessage) => string;
  /** What the server takes in one message, headers included. */
  readonly maxPayloadBytes: number;
};

/** What all results of one message have in common. */
type Common = {
  readonly identity: string;
  /** Ends the ids: tells the events apart that steps made of one message. */
  readonly ending: string;
  readonly forwarded: readonly Header[];
  readonly payload: Uint8Array;
};

/** Sends an event to every sink that wants it. What fails at one sink fails for that sink alone. */
export function route(router: Router, passed: Passed, message: SourceMessage, view: MessageView): Outcome {
  const emissions: Emission[] = [];
  const failures: Failure[] = [];
  let common: Common | undefined;
  for (const [index, sink] of router.sinks.entries()) {
    try {
      if (sink.when !== undefined && sink.when(passed.event.value, view) !== true) continue;
      common ??= commonOf(router, passed, message);
      const emission = emit(sink, index, common, passed.event.value, view);
      const maxBytes = sink.maxBytes ?? router.maxPayloadBytes;
      if (fits(emission.headers, emission.payload.length, maxBytes)) emissions.push(emission);
      else failures.push(tooLarge(sink, index, maxBytes));
    } catch (error) {
      failures.push(failureOf(error, sink, index));
    }
  }
  return emissions.length + failures.length === 0 ? UNROUTED : { kind: 'emit', emissions, failures };
}

function commonOf({ identify }: Router, { changed, event, branch }: Passed, message: SourceMessage): Common {
  return {
    identity: identify(message),
    ending: branch === undefined ? '' : `-${branch}`,
    forwarded: forwardedHeaders(message),
    // What no step changed goes out byte by byte as it came.
    payload: changed ? encodeJson(event) : message.payload,
  };
}

function emit(sink: CompiledSink, index: number, common: Common, event: unknown, view: MessageView): Emission {
  const id = `${common.identity}${sink.tag}${common.ending}`;
  const headers: Header[] = [[sink.idHeader, id], ...sink.fixed];
  for (const header of common.forwarded) {
    if (sink.passesOn(header[0].toLowerCase())) headers.push(header);
  }
  for (const { name, render } of sink.headers) {
    const value = render(event, view);
    if (value !== '') headers.push([name, value]);
  }
  const payload = sink.carriesEvent ? common.payload : NOTHING;
  return { sink: index, subject: sink.target(event, view), headers, payload, id };
}

function tooLarge({ name }: CompiledSink, sink: number, maxBytes: number): Failure {
  return { at: name, sink, reason: 'TooLarge', error: `the result with its headers is larger than ${maxBytes} bytes` };
}

function failureOf(error: unknown, { name }: CompiledSink, sink: number): Failure {
  if (error instanceof EvaluationError) return { at: name, sink, reason: 'ExpressionFailed', error: error.message };
  return { at: name, sink, reason: 'StepFailed', error: 'the sink broke on this message' };
}
