import type { Generated } from 'kysely';

/** The tables, for both databases. Times are ms since 1970; booleans are 0 or 1; JSON is text. */
export interface Tables {
  users: {
    id: string;
    email: string;
    name: string;
    password_hash: string | null;
    disabled: number;
    /** person: signs in; service: has only tokens. */
    kind: Generated<string>;
    created_at: number;
    last_seen_at: number | null;
  };
  sessions: {
    id: string;
    user_id: string;
    created_at: number;
    last_seen_at: number;
    expires_at: number;
    user_agent: string;
    address: string;
    /** totp, passkey, recovery or provider: how the second factor was given; null: it was not. */
    second_factor: string | null;
  };
  second_factors: {
    id: string;
    user_id: string;
    /** totp or passkey. */
    kind: string;
    name: string;
    /** totp: the shared secret, encrypted like engines.secrets. */
    secret: string | null;
    /** passkey, base64url. */
    credential_id: string | null;
    /** passkey, COSE, base64url. */
    public_key: string | null;
    /** passkey: what the browser needs to find it again, as JSON. */
    details: string;
    /** totp: the last time step that was used; passkey: its signature counter. */
    counter: number;
    created_at: number;
    last_used_at: number | null;
  };
  /** Keyed hashes; a used code's row is gone. */
  recovery_codes: { user_id: string; hash: string };
  sso_providers: {
    /** As it stands in the callback URL. */
    id: string;
    kind: string;
    name: string;
    url: string;
    client_id: string;
    /** Encrypted like engines.secrets. */
    client_secret: string;
    options: string;
    enabled: number;
    created_at: number;
  };
  sso_groups: { provider_id: string; group_name: string; team_id: string };
  /** Who a person is at a provider. */
  sso_identities: {
    provider_id: string;
    issuer: string;
    subject: string;
    user_id: string;
    /** As the provider told it last. */
    email: string;
    created_at: number;
    last_used_at: number | null;
  };
  tokens: {
    id: string;
    user_id: string;
    name: string;
    hash: string;
    hint: string;
    created_at: number;
    expires_at: number | null;
    last_used_at: number | null;
    /** 1: it has grants of its own, which limit it, also when none of them is left. */
    limited: Generated<number>;
  };
  grants: {
    id: string;
    subject_kind: string;
    subject_id: string;
    role: string;
    scope_kind: string;
    scope_value: string;
    /** ResourceScope as JSON; null: every object there. */
    resource: string | null;
    expires_at: number | null;
    reason: string | null;
    created_at: number;
  };
  teams: { id: string; name: string; description: string; created_at: number };
  /** `source`: manual, or sso (kept in step with a group claim at every sign-in). */
  team_members: { team_id: string; user_id: string; source: string; created_at: number };
  roles: {
    name: string;
    description: string;
    /** Patterns of operations, a JSON array. */
    patterns: string;
    host_access: number;
    see_secrets: number;
    created_at: number;
  };
  policies: {
    id: string;
    name: string;
    description: string;
    /** all, tag or engine. */
    scope_kind: string;
    scope_value: string;
    enabled: number;
    /** PolicyRules as JSON. */
    rules: string;
    created_at: number;
    updated_at: number;
  };
  /** One-time links by the hash of their secret; deleted when they are used. */
  links: {
    id: string;
    /** invite or reset. */
    kind: string;
    hash: string;
    /** Whose password is reset; null: an invitation. */
    user_id: string | null;
    email: string;
    name: string;
    /** Ids of teams, a JSON array. */
    teams: string;
    /** Grants without id and subject, a JSON array. */
    grants: string;
    /** Who made it, for people. */
    created_by: string;
    created_at: number;
    expires_at: number;
  };
  engines: {
    id: string;
    name: string;
    url: string;
    transport: string;
    tags: string;
    /** AES-256-GCM under the console's key, base64; null: none. */
    secrets: string | null;
    host_key: string | null;
    created_at: number;
  };
  engine_aliases: { name: string; engine_id: string };
  registries: {
    id: string;
    /** host[:port] as it stands in image names; `docker.io` for the hub. */
    address: string;
    username: string;
    /** Encrypted like engines.secrets. */
    secret: string;
    created_at: number;
  };
  audit: {
    /** Sortable by time. */
    id: string;
    at: number;
    user_id: string | null;
    email: string | null;
    via: string | null;
    address: string | null;
    operation: string;
    engine_id: string | null;
    engine_name: string | null;
    targets: string;
    /** Names of the targets in one text, for search. */
    target_text: string;
    params: string | null;
    outcome: string;
    status: number | null;
    reason: string | null;
    bytes_in: number | null;
    bytes_out: number | null;
    duration_ms: number | null;
    error: string | null;
    count: Generated<number>;
  };
  /** Each target's id and lower-case name, for an object's own history. */
  audit_targets: { target: string; audit_id: string };
  /**
   * Every name in the trail once, in lower case, for search: an e-mail (`ref`: the user's id), an engine (its id), an
   * operation, a target (as in audit_targets).
   */
  audit_names: { kind: string; name: string; ref: string };
  audit_counts: {
    minute: number;
    user_id: string;
    email: string;
    operation: string;
    engine_id: string;
    engine_name: string;
    count: number;
  };
  /** `entries`: AuditBlockEntry[] of lib/audit/chain.ts as JSON. */
  audit_blocks: { seq: number; at: number; entries: string; hash: string };
  audit_chain: { kind: string; value: string };
  recordings: {
    id: string;
    audit_id: string | null;
    at: number;
    user_id: string | null;
    email: string | null;
    via: string | null;
    address: string | null;
    engine_id: string;
    engine_name: string;
    container_id: string;
    container_name: string;
    kind: string;
    command: string;
    tty: number;
    cols: number;
    rows: number;
    state: string;
    duration_ms: number;
    bytes: number;
    chunks: number;
    note: string | null;
  };
  recording_chunks: { recording_id: string; n: number; data: string };
  jobs: {
    id: string;
    user_id: string;
    title: string;
    state: string;
    created_at: number;
    ended_at: number | null;
    items: string;
  };
  settings: { key: string; value: string };
}
