import { describe, expect, test } from '@jest/globals';
import { type KubeObject, type Manifest } from '../objects.ts';
import { wouldChange } from './write-if-changed.ts';

const identity = { apiVersion: 'apps/v1', kind: 'Deployment' };
const ours = (fieldsV1: unknown, more: object = {}) => [
  { manager: 'streamjob-operator', operation: 'Apply', fieldsV1, ...more },
];

type Case = { desired: object; live: object; managedFields?: object[]; changes: boolean };
const container = { name: 'worker', image: 'w:1', resources: { requests: { cpu: '0.1', memory: '0.5Gi' } } };
const defaulted = {
  ...container,
  imagePullPolicy: 'IfNotPresent',
  terminationMessagePath: '/dev/termination-log',
  resources: { requests: { cpu: '100m', memory: '512Mi' } },
};

const cases: Record<string, Case> = {
  'the same': { desired: { spec: { replicas: 1 } }, live: { spec: { replicas: 1 } }, changes: false },
  'another value': { desired: { spec: { replicas: 2 } }, live: { spec: { replicas: 1 } }, changes: true },
  'a field that is missing': { desired: { spec: { replicas: 2 } }, live: { spec: {} }, changes: true },
  "the server's defaults beside ours": {
    desired: { spec: { containers: [container] } },
    live: { spec: { containers: [defaulted], restartPolicy: 'Always' } },
    changes: false,
  },
  'another image in a list': {
    desired: { spec: { containers: [{ ...container, image: 'w:2' }] } },
    live: { spec: { containers: [defaulted] } },
    changes: true,
  },
  'a list that grew': {
    desired: { spec: { args: ['a'] } },
    live: { spec: { args: ['a', 'b'] } },
    changes: true,
  },
  'a list in another order': {
    desired: { spec: { args: ['a', 'b'] } },
    live: { spec: { args: ['b', 'a'] } },
    changes: true,
  },
  'a quantity in another spelling': {
    desired: { spec: { sizeLimit: '1024Mi' } },
    live: { spec: { sizeLimit: '1Gi' } },
    changes: false,
  },
  'another quantity': { desired: { limits: { memory: '1G' } }, live: { limits: { memory: '1Gi' } }, changes: true },
  'text that only looks like a quantity': {
    desired: { data: { size: '1024Mi' } },
    live: { data: { size: '1Gi' } },
    changes: true,
  },
  'what is empty may be left out': {
    desired: { spec: { env: [], nodeSelector: {}, hostNetwork: false, note: '' } },
    live: { spec: {} },
    changes: false,
  },
  'an empty object that holds empty ones': { desired: { a: { b: {} } }, live: {}, changes: false },
  'an object for what is empty': { desired: { a: { b: 1 } }, live: {}, changes: true },
  'false where the live says true': { desired: { on: false }, live: { on: true }, changes: true },
  'zero where the live says three': { desired: { replicas: 0 }, live: { replicas: 3 }, changes: true },
  'a field of ours that is not wanted any more': {
    desired: { spec: { a: 1 } },
    live: { spec: { a: 1, b: 2 } },
    managedFields: ours({ 'f:spec': { 'f:a': {}, 'f:b': {} } }),
    changes: true,
  },
  "another manager's field": {
    desired: { spec: { a: 1 } },
    live: { spec: { a: 1, b: 2 } },
    managedFields: [
      ...ours({ 'f:spec': { 'f:a': {} } }),
      { manager: 'kubectl', operation: 'Apply', fieldsV1: { 'f:spec': { 'f:b': {} } } },
    ],
    changes: false,
  },
  'what we wrote to the status is another matter': {
    desired: {},
    live: { status: { a: 1 } },
    managedFields: ours({ 'f:status': { 'f:a': {} } }, { subresource: 'status' }),
    changes: false,
  },
  'an item of a list-map, with a key that was defaulted': {
    desired: { ports: [{ containerPort: 8080, name: 'http' }] },
    live: { ports: [{ containerPort: 8080, name: 'http', protocol: 'TCP' }] },
    managedFields: ours({
      'f:ports': { 'k:{"containerPort":8080,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {}, 'f:name': {} } },
    }),
    changes: false,
  },
  'a removed annotation whose name has dots and slashes': {
    desired: { annotations: { 'a.b/c': '1' } },
    live: { annotations: { 'a.b/c': '1', 'a.b/d': '2' } },
    managedFields: ours({ 'f:annotations': { 'f:a.b/c': {}, 'f:a.b/d': {} } }),
    changes: true,
  },
  'a set': {
    desired: { finalizers: ['x'] },
    live: { finalizers: ['x'] },
    managedFields: ours({ 'f:finalizers': { '.': {}, 'v:"x"': {} } }),
    changes: false,
  },
};

describe('wouldChange', () => {
  test.each(Object.entries(cases))('%s', (_name, { desired, live, managedFields, changes }) => {
    const wanted: Manifest = { ...identity, metadata: { name: 'a', namespace: 'b' }, ...desired };
    const metadata = {
      name: 'a',
      namespace: 'b',
      uid: 'u',
      resourceVersion: '1',
      ...(managedFields && { managedFields }),
    };
    const object: KubeObject = { ...identity, metadata, ...live };
    expect(wouldChange(wanted, object)).toBe(changes);
  });
});
