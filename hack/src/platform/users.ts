import { type Permissions, type Users } from './nats.ts';

/** What the operator needs on a connection, whatever jobs there are; `deadLetters` is the stream that it makes. */
export function operatorPermissions(deadLetters: string): Permissions {
  return {
    publish: [
      '$JS.API.STREAM.INFO.*',
      '$JS.API.STREAM.NAMES',
      `$JS.API.STREAM.CREATE.${deadLetters}`,
      `$JS.API.STREAM.UPDATE.${deadLetters}`,
      '$JS.API.CONSUMER.CREATE.*.>',
      '$JS.API.CONSUMER.INFO.*.*',
      '$JS.API.CONSUMER.DELETE.*.*',
      '$SYS.REQ.USER.INFO',
    ],
    subscribe: ['_INBOX.>'],
  };
}

/** What the workers of the jobs on one stream need: to read it, and to publish where their sinks and dead letters go. */
export function workerPermissions(stream: string, outputs: readonly string[]): Permissions {
  return {
    publish: [
      `$JS.API.STREAM.INFO.${stream}`,
      `$JS.API.CONSUMER.INFO.${stream}.*`,
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.*`,
      `$JS.API.DIRECT.GET.${stream}`,
      `$JS.API.STREAM.MSG.GET.${stream}`,
      `$JS.ACK.${stream}.>`,
      '$SYS.REQ.USER.INFO',
      ...outputs,
    ],
    subscribe: ['_INBOX.>'],
  };
}

/** `admin` is whoever publishes and looks into streams. */
export const localUsers: Users = {
  admin: undefined,
  operator: operatorPermissions('DEADLETTERS'),
  flights: workerPermissions('FLIGHTS', ['alerts.>', 'delays.>', 'deadletters.flights.>']),
};
