import { createHmac } from 'node:crypto';
import { type Request } from './receiver.ts';

export type Sent = {
  readonly subject: string;
  readonly payload: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** Its Nats-Msg-Id. */
  readonly id?: string;
};

/** A result: text and JSON as they are, other bytes in hex. */
export type Result = { readonly subject: string; readonly payload: unknown; readonly headers?: object };

export type Case = {
  /** Under examples/. */
  readonly file: string;
  readonly namespace: string;
  readonly job: string;
  /** Those that its comment asks for. */
  readonly streams: Readonly<Record<string, readonly string[]>>;
  /** KV buckets that its comment asks for, with what they hold. */
  readonly buckets?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Its Secrets beside the login. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly send: readonly Sent[];
  /** In any order. */
  readonly results: readonly Result[];
  /** Reasons of the dead letters. */
  readonly deadLetters?: readonly string[];
  /** What the receiver of its namespace was sent, in any order; present where there is one. */
  readonly requests?: readonly Request[];
};

const json = (subject: string, value: unknown, more: Partial<Sent> = {}): Sent => ({
  subject,
  payload: JSON.stringify(value),
  ...more,
});

const order = (over: object = {}): object => ({
  id: 'e0e94d4a-3c0e-4b6a-9f0e-0c7a3a4d4f11',
  customer: { email: 'ada@example.org' },
  items: [{ sku: 'ABC-0001', count: 2 }],
  ...over,
});

const KEY = 'a key that nobody guesses';
const hashed = (text: string): string => createHmac('sha256', KEY).update(text).digest('hex');

const orderEvents = [
  { kind: 'ordered', id: 'o/1', shop: 'berlin' },
  { kind: 'paid', id: 'o/1', shop: 'berlin' },
  { kind: 'ordered', id: 'refused', shop: 'paris' },
] as const;

const small = Uint8Array.from({ length: 256 }, (_, index) => index);

export const cases: readonly Case[] = [
  {
    file: 'logs/error-lines.yaml',
    namespace: 'logs',
    job: 'error-lines',
    streams: { LOGS: ['logs.>'], LINES: ['errors.>', 'lines.>'] },
    send: [
      { subject: 'logs.web-1', payload: 'ERROR the disk is full' },
      { subject: 'logs.web-2', payload: 'FATAL übel 😀' },
      { subject: 'logs.web-1', payload: 'INFO an ERROR was mended' },
      { subject: 'logs.web-1', payload: 'DEBUG nothing' },
      { subject: 'logs.web-1', payload: '' },
      { subject: 'logs.web-1', payload: Uint8Array.of(0xff, 0xfe) },
      { subject: 'logs.web-1.audit', payload: 'ERROR of another subject' },
    ],
    results: [
      { subject: 'errors.web-1', payload: 'ERROR the disk is full' },
      { subject: 'errors.web-2', payload: 'FATAL übel 😀' },
      { subject: 'lines.all', payload: 'INFO an ERROR was mended' },
      { subject: 'lines.all', payload: '' },
    ],
    deadLetters: ['Undecodable'],
  },
  {
    file: 'orders/valid-orders.yaml',
    namespace: 'orders',
    job: 'valid-orders',
    streams: { ORDERS: ['orders.>'], VALID_ORDERS: ['valid-orders.>'] },
    send: [
      json('orders.berlin', order()),
      json('orders.berlin', order({ id: 'one' })),
      json('orders.berlin', order({ customer: { email: 'nobody' } })),
      json('orders.berlin', order({ items: [] })),
      json('orders.berlin', order({ items: [{ sku: 'ABC-0001', count: 0 }] })),
      json('orders.paris', order({ note: 'more is allowed', items: [{ sku: 'XYZ-9999', count: 1 }] })),
      { subject: 'orders.paris', payload: '{"id":' },
    ],
    results: [
      { subject: 'valid-orders.ABC-0001', payload: order() },
      {
        subject: 'valid-orders.XYZ-9999',
        payload: order({ note: 'more is allowed', items: [{ sku: 'XYZ-9999', count: 1 }] }),
      },
    ],
    deadLetters: ['Undecodable'],
  },
  {
    file: 'customers/no-personal-data.yaml',
    namespace: 'customers',
    job: 'no-personal-data',
    streams: { CUSTOMERS: ['customers.>'], ANALYTICS: ['analytics.>'] },
    secrets: { 'email-key': { key: KEY } },
    send: [
      json('customers.new', {
        name: 'Ada',
        address: { street: 'Main Street 1' },
        cards: [{ number: '4111', kind: 'visa' }, { number: '5500' }],
        contact: { email: 'ada@example.org', country: 'UK' },
      }),
      json('customers.new', { visits: 3 }),
    ],
    results: [
      {
        subject: 'analytics.customers',
        payload: {
          name: '***',
          cards: [{ number: '***', kind: 'visa' }, { number: '***' }],
          contact: { email: hashed('ada@example.org'), country: 'UK' },
        },
      },
      { subject: 'analytics.customers', payload: { visits: 3 } },
    ],
  },
  {
    file: 'sensors/fahrenheit.yaml',
    namespace: 'sensors',
    job: 'fahrenheit',
    streams: { SENSORS: ['sensors.>'], READINGS: ['readings.>'] },
    send: [
      json(
        'sensors.a',
        { site: 'roof.1 >', reading: { celsius: 37.5 }, internal: 1 },
        { headers: { Firmware: '2.1' } },
      ),
      json('sensors.b', { site: 'cellar', reading: { celsius: 10, humidity: 0.5 } }),
      json('sensors.b', { site: 'cellar', reading: { celsius: 'cold' } }),
    ],
    results: [
      {
        subject: 'readings.roof%2E1%20%3E',
        payload: { site: 'roof.1 >', reading: { celsius: 37.5, fahrenheit: 99.5 }, hot: true },
        headers: { Site: 'roof.1 >', Origin: 'sensors.a number 1', Firmware: '2.1' },
      },
      {
        subject: 'readings.cellar',
        payload: { site: 'cellar', reading: { celsius: 10, humidity: 0.5, fahrenheit: 50 }, hot: false },
        headers: { Site: 'cellar', Origin: 'sensors.b number 2', Firmware: 'unknown' },
      },
    ],
    deadLetters: ['ExpressionFailed'],
  },
  {
    file: 'payments/ledger-and-alerts.yaml',
    namespace: 'payments',
    job: 'ledger-and-alerts',
    streams: { PAYMENTS: ['payments.>'], LEDGER: ['ledger.>'], ALERTS: ['payment-alerts.>'] },
    send: [
      json('payments.eu', { account: 'a1', amount: 20000, currency: 'EUR' }, { id: 'p-1' }),
      json('payments.eu', { account: 'a1', amount: 5, currency: 'EUR' }, { id: 'p-2' }),
      json('payments.us', { account: 'b/2', amount: 10000.01, currency: 'USD' }, { id: 'p-3' }),
    ],
    results: [
      { subject: 'ledger.a1', payload: { account: 'a1', amount: 20000, currency: 'EUR' } },
      { subject: 'payment-alerts.EUR', payload: { account: 'a1', amount: 20000, currency: 'EUR' } },
      { subject: 'ledger.a1', payload: { account: 'a1', amount: 5, currency: 'EUR' } },
      { subject: 'ledger.b%2F2', payload: { account: 'b/2', amount: 10000.01, currency: 'USD' } },
      { subject: 'payment-alerts.USD', payload: { account: 'b/2', amount: 10000.01, currency: 'USD' } },
    ],
  },
  {
    file: 'baskets/basket-lines.yaml',
    namespace: 'baskets',
    job: 'basket-lines',
    streams: { BASKETS: ['baskets.>'], BASKET_LINES: ['basket-lines.>'] },
    send: [
      json('baskets.berlin', {
        id: 'b1',
        lines: [
          { sku: 'A-1', count: 2, cents: 150 },
          { sku: 'GIFT', count: 1, cents: 0 },
          { sku: 'B-2', count: 1, cents: 999 },
        ],
      }),
      json('baskets.berlin', { id: 'b2', lines: [] }),
      json('baskets.paris', { id: 'b3', lines: 'none' }),
      json('baskets.paris', { id: 'b4', lines: [{ sku: 'A-1', count: 1, cents: 50 }] }),
    ],
    results: [
      { subject: 'basket-lines.A-1', payload: { basket: 'b1', shop: 'berlin', sku: 'A-1', total: 3 } },
      { subject: 'basket-lines.B-2', payload: { basket: 'b1', shop: 'berlin', sku: 'B-2', total: 9.99 } },
      { subject: 'basket-lines.A-1', payload: { basket: 'b4', shop: 'paris', sku: 'A-1', total: 0.5 } },
    ],
    deadLetters: ['CodeFailed'],
  },
  {
    file: 'shipments/known-customers.yaml',
    namespace: 'shipments',
    job: 'known-customers',
    streams: { SHIPMENTS: ['shipments.>'], LABELS: ['labels.>'] },
    buckets: {
      CUSTOMERS: {
        c1: { name: 'Ada', country: 'UK', email: 'ada@example.org' },
        '42': { name: 'Grace', country: 'US', since: 9007199254740992 },
      },
    },
    send: [
      json('shipments.berlin', { id: 's1', customer: 'c1' }),
      json('shipments.berlin', { id: 's2', customer: 42 }),
      json('shipments.paris', { id: 's3', customer: 'nobody' }),
      json('shipments.paris', { id: 's4' }),
    ],
    results: [
      {
        subject: 'labels.UK',
        payload: { id: 's1', customer: 'c1', recipient: { name: 'Ada', country: 'UK' }, line: 'Ada, UK' },
      },
      {
        subject: 'labels.US',
        payload: {
          id: 's2',
          customer: 42,
          recipient: { name: 'Grace', country: 'US', since: 9007199254740992 },
          line: 'Grace, US',
        },
      },
    ],
    deadLetters: ['LookupMissing', 'ExpressionFailed'],
  },
  {
    file: 'devices/last-reading.yaml',
    namespace: 'devices',
    job: 'last-reading',
    streams: { DEVICES: ['devices.>'], KV_devices: ['$KV.devices.>'] },
    send: [
      json('devices.a', { id: 'roof.1', celsius: 20 }),
      json('devices.a', { id: 'roof.1', celsius: 21 }),
      json('devices.b', { id: 'cellar', celsius: 9 }),
      json('devices.b', { id: 'cellar', goodbye: true }),
      json('devices.b', { id: 'attic' }),
    ],
    results: [
      { subject: '$KV.devices.readings.roof=2E1', payload: { id: 'roof.1', celsius: 20 } },
      { subject: '$KV.devices.readings.roof=2E1', payload: { id: 'roof.1', celsius: 21 } },
      { subject: '$KV.devices.readings.cellar', payload: { id: 'cellar', celsius: 9 } },
      { subject: '$KV.devices.readings.cellar', payload: '' },
    ],
  },
  {
    file: 'hooks/order-hooks.yaml',
    namespace: 'hooks',
    job: 'order-hooks',
    streams: { ORDER_EVENTS: ['order-events.>'] },
    secrets: { 'hook-token': { token: 'a token' } },
    send: orderEvents.map((payload) => json('order-events.all', payload)),
    results: [],
    requests: [
      { method: 'PUT', path: '/orders/o%2F1', authorization: 'Bearer a token', payload: orderEvents[0] },
      { method: 'PUT', path: '/orders/refused', authorization: 'Bearer a token', payload: orderEvents[2] },
      ...orderEvents.map((payload) => ({ method: 'POST', path: '/archive', payload })),
    ],
    deadLetters: ['SinkRefused'],
  },
  {
    file: 'images/small-images.yaml',
    namespace: 'images',
    job: 'small-images',
    streams: { IMAGES: ['images.>'], SMALL_IMAGES: ['small-images.>'] },
    send: [
      { subject: 'images.cat.png', payload: small },
      { subject: 'images.dog.jpeg', payload: new Uint8Array(1025) },
      { subject: 'images.cat.gif', payload: small },
    ],
    results: [{ subject: 'small-images.cat', payload: Buffer.from(small).toString('hex') }],
  },
];
