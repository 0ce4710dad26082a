import { type Msg, type MsgImpl } from '@nats-io/transport-node';

const NONE = new Uint8Array(0);

/**
 * The header block as it came. The library only offers its parsed form, and its parser throws on what a producer may
 * write; so this is the one place that looks inside a message of the pinned version.
 */
export function rawHeaders(message: Msg): Uint8Array {
  const { _msg, _rdata } = message as Msg & Pick<MsgImpl, '_msg' | '_rdata'>;
  return _msg.hdr > 0 ? _rdata.subarray(0, _msg.hdr) : NONE;
}
