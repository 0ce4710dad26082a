/** A stream's configuration as JetStream writes it, of the fields that we read or set; durations in nanoseconds. */
export type WireStreamConfig = {
  name: string;
  subjects?: string[];
  description?: string;
  retention?: string;
  discard?: string;
  storage?: string;
  max_age?: number;
  max_msgs?: number;
  max_bytes?: number;
  duplicate_window?: number;
  num_replicas?: number;
  allow_direct?: boolean;
  allow_msg_ttl?: boolean;
  mirror?: { name?: string };
  sealed?: boolean;
  metadata?: Record<string, string>;
};

export type WireStreamInfo = {
  created?: string;
  config: WireStreamConfig;
  state?: {
    messages?: number;
    bytes?: number;
    first_seq?: number;
    last_seq?: number;
    first_ts?: string;
    last_ts?: string;
    num_subjects?: number;
  };
};

/** `data` and `hdrs` are in base 64. */
export type WireStoredMessage = { subject?: string; seq?: number; hdrs?: string; data?: string; time?: string };
