import { type ConsumerConfig } from '@streamjob/nats';
import { type DesiredDeployment, type Manifest, type Ref, type Resource } from '../kube/index.ts';

/** What the broker is asked for in the background; the answer is seen at the next look. */
export type ConsumerRequest =
  | {
      readonly kind: 'ensure';
      readonly connection: string;
      readonly stream: string;
      readonly desired: ConsumerConfig;
      readonly adopt: boolean;
    }
  | {
      readonly kind: 'delete';
      readonly connection: string;
      readonly stream: string;
      readonly consumer: string;
      readonly metadata: Readonly<Record<string, string>>;
    };

/** One write. A plan is a list of these, in order. */
export type Action =
  | { readonly type: 'addFinalizer' }
  | { readonly type: 'removeFinalizer' }
  /** A dry run of the Deployment, so that a part that the API server would refuse changes nothing. */
  | { readonly type: 'rehearse'; readonly desired: DesiredDeployment; readonly fingerprint: string }
  /** `uid` of the object that is there; absent: create, and never overwrite. */
  | { readonly type: 'apply'; readonly resource: Resource; readonly desired: Manifest; readonly uid?: string }
  | {
      readonly type: 'delete';
      readonly resource: Resource;
      readonly ref: Ref;
      readonly uid: string;
      readonly propagation: 'Background' | 'Foreground';
    }
  /** For a Deployment that can't be rendered now. */
  | { readonly type: 'scale'; readonly ref: Ref; readonly uid: string; readonly replicas: number }
  | { readonly type: 'requestConsumer'; readonly request: ConsumerRequest };
