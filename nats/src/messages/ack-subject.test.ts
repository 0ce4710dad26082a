import { expect, test } from '@jest/globals';
import { AckSubjectReader, type AckSubject } from './ack-subject.ts';

const place = {
  stream: 'S',
  consumer: 'c',
  deliveries: 2,
  sequence: 7,
  consumerSequence: 9,
  timestamp: '1795405151723904661',
  pending: 3,
};

const cases: { form: string; subject: string; expected: AckSubject | undefined }[] = [
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
  {
    form: 'of a consumer whose name begins like the other',
    subject: '$JS.ACK.S.cc.2.7.9.1795405151723904661.3',
    expected: { ...place, consumer: 'cc' },
  },
];

test.each(cases)('$form', ({ subject, expected }) => {
  expect(new AckSubjectReader().read(subject)).toEqual(expected);
});

test('reads each the same after any other', () => {
  for (const before of cases) {
    for (const { subject, expected } of cases) {
      const reader = new AckSubjectReader();
      reader.read(before.subject);
      expect(reader.read(subject)).toEqual(expected);
    }
  }
});
