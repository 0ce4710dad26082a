import { expect, test } from '@jest/globals';
import { parseAckSubject } from './ack-subject.ts';

const place = {
  stream: 'S',
  consumer: 'c',
  deliveries: 2,
  sequence: 7,
  consumerSequence: 9,
  timestamp: '1795405151723904661',
  pending: 3,
};

test.each([
  { form: 'short', subject: '$JS.ACK.S.c.2.7.9.1795405151723904661.3', expected: place },
  { form: 'long', subject: '$JS.ACK._.HASH.S.c.2.7.9.1795405151723904661.3', expected: place },
  {
    form: 'long with its random token',
    subject: '$JS.ACK.hub.HASH.S.c.2.7.9.1795405151723904661.3.rnd',
    expected: place,
  },
  {
    form: 'long with more to come',
    subject: '$JS.ACK.hub.HASH.S.c.2.7.9.1795405151723904661.3.rnd.new',
    expected: place,
  },
  { form: 'too short', subject: '$JS.ACK.S.c.2.7', expected: undefined },
  { form: 'foreign', subject: '_INBOX.a.b', expected: undefined },
  { form: 'none', subject: '', expected: undefined },
])('$form', ({ subject, expected }) => {
  expect(parseAckSubject(subject)).toEqual(expected);
});
